import Foundation
import MsgKit
import Synchronization

/// A file under flock(2); the kernel gives the lock back when the process ends, however it ends.
final class LockFile: Sendable {
    enum Mode {
        case shared
        case exclusive
    }

    private let descriptor: Int32
    private let place: Mutex<String>

    init(path: String) throws {
        place = Mutex(path)
        descriptor = DirectoryOwner(holding: path).openFile(path, O_RDWR)
        guard descriptor >= 0 else {
            throw MsgError(
                .configuration,
                """
                The lock file \(path) can't be opened (\(DataDirectory.reason(errno))); check the owner of the data \
                directory and of what lies in it, their rights and free space.
                """)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock, or changes it into the other kind, if that needs no waiting; a change that fails may lose the
    /// lock that was held.
    func tryLock(_ mode: Mode) -> Bool {
        let operation = mode == .shared ? LOCK_SH : LOCK_EX
        while flock(descriptor, operation | LOCK_NB) != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }

    /// Where it lies.
    var path: String { place.withLock { $0 } }

    /// Gives the file another name, its lock and all.
    func move(to newPath: String) -> Bool {
        guard rename(path, newPath) == 0 else { return false }
        place.withLock { $0 = newPath }
        return true
    }

    func unlock() {
        flock(descriptor, LOCK_UN)
    }

    /// Puts a text into the file in place of what was there.
    func write(_ text: String) {
        guard ftruncate(descriptor, 0) == 0 else { return }
        let bytes = Array(text.utf8)
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }
}
