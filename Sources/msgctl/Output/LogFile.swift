import Foundation
import MsgKit
import Synchronization

/// A file that log lines are added to. Whoever renames it has the next lines in a new one once ``reopen()`` is called.
///
/// What can't be written, as on a full disk, goes to standard error.
final class LogFile: Sendable {
    private let path: String
    private let descriptor: Mutex<Int32>

    /// - Throws: ``ErrorCode/configuration`` when it can't be opened or made.
    init(path: String) throws {
        self.path = path
        let opened = Self.open(path)
        guard opened >= 0 else {
            throw MsgError(
                .configuration,
                "log.file: \(path) can't be opened: \(String(cString: strerror(errno))); "
                    + "make its directory, and let this user write there.")
        }
        descriptor = Mutex(opened)
    }

    /// The one that is configured; nil for standard error.
    /// - Throws: as ``init(path:)``.
    static func configured(_ log: Configuration.Log) throws -> LogFile? {
        try log.file.map { try LogFile(path: $0) }
    }

    deinit { descriptor.withLock { _ = Foundation.close($0) } }

    /// Writes one line at once, whole.
    func write(_ line: String) {
        let reason = descriptor.withLock { StandardStream.write(line, to: $0) }
        if reason != 0 { StandardStream.error.write(line) }
    }

    /// Goes on in the file that has the path now, made when there is none.
    /// - Returns: why not, as the system's number; 0 when it does. The lines then go on as before.
    func reopen() -> Int32 {
        let opened = Self.open(path)
        guard opened >= 0 else { return errno }
        let old = descriptor.withLock { descriptor in
            defer { descriptor = opened }
            return descriptor
        }
        _ = Foundation.close(old)
        return 0
    }

    private static func open(_ path: String) -> Int32 {
        Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    }
}
