import Foundation
import Logging
import MsgKit
import Synchronization

/// A file that log lines are added to. Whoever renames it has the next lines in a new one once ``reopen()`` is called.
///
/// What can't be written, as on a full disk, goes to standard error; so does everything while the file can't be opened.
final class LogFile: Sendable {
    private let path: String
    /// Why it could not be opened or made at first; nil when it could.
    private let complaint: String?
    /// Negative while it can't be opened.
    private let descriptor: Mutex<Int32>

    init(path: String) {
        self.path = path
        let opened = Self.open(path)
        complaint = opened < 0 ? String(cString: strerror(errno)) : nil
        descriptor = Mutex(opened)
    }

    /// The one that is configured; nil for standard error.
    static func configured(_ log: Configuration.Log) -> LogFile? { log.file.map { LogFile(path: $0) } }

    deinit { Self.close(descriptor.withLock { $0 }) }

    /// Says when the file could not be opened at first. It is no reason not to work: a service that root once logged for,
    /// in a file of root's, would else be down for good.
    func tell(_ logger: Logger, level: Logger.Level) {
        guard let complaint else { return }
        logger.log(
            level: level,
            "log.file can't be opened; standard error has the log until SIGHUP finds that this user may write there",
            metadata: ["file": "\(path)", "error": "\(complaint)"])
    }

    /// Writes one line at once, whole.
    func write(_ line: String) {
        let reason = descriptor.withLock { $0 < 0 ? EBADF : StandardStream.write(line, to: $0) }
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
        Self.close(old)
        return 0
    }

    private static func close(_ descriptor: Int32) {
        if descriptor >= 0 { _ = Foundation.close(descriptor) }
    }

    /// A pipe that nobody reads can't be opened: waiting for a reader would stop whoever logs.
    private static func open(_ path: String) -> Int32 {
        let opened = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o640)
        guard opened >= 0 else { return -1 }
        // What is there is written to as it comes, whole lines: a reader that is slow is waited for.
        _ = fcntl(opened, F_SETFL, fcntl(opened, F_GETFL) & ~O_NONBLOCK)
        return opened
    }
}
