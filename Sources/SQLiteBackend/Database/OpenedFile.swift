import CFileStatus
import MsgKit

/// The file of a database that this process has opened. Who removes or replaces it under a running process takes away what
/// is written from then on, and SQLite does not notice.
struct OpenedFile: Sendable {
    let path: String
    private let identity: Identity?

    /// - Parameter path: of a file that was opened just now.
    init(path: String) {
        self.path = path
        identity = Identity(path: path)
    }

    /// - Throws: ``ErrorCode/unavailable`` when the path leads to another file by now, or to none.
    func requireInPlace() throws {
        guard Identity(path: path) == identity else {
            let rest = "the one that this process opened: it was removed or replaced. Restart with the right one."
            throw MsgError(.unavailable, "The database is not \(rest)", detail: "\(path) is not \(rest)")
        }
    }

    /// Which file a path leads to, whatever its name.
    private struct Identity: Equatable {
        let device: UInt64
        let number: UInt64

        /// Nil when there is none.
        init?(path: String) {
            var status = msgctl_file_status()
            guard msgctl_status_of_path(path, &status) == 0 else { return nil }
            device = status.device
            number = status.number
        }
    }
}
