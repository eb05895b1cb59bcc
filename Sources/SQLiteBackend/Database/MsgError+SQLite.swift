import GRDB
import MsgKit

extension MsgError {
    /// What SQLite reported while the service runs, in words that a client may read; the details are the cause.
    init(sqlite error: any Error) {
        guard let failure = error as? DatabaseError else {
            self.init(wrapping: error)
            return
        }
        switch failure.resultCode {
        case .SQLITE_FULL:
            self.init(
                .unavailable, "The storage is full; nothing was stored. Try again when space was made.", cause: failure)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.unavailable, "The storage is busy with another process; try again.", cause: failure)
        case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_PROTOCOL, .SQLITE_NOLFS:
            self.init(.unavailable, "The storage can't be read or written; try again later.", cause: failure)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.unavailable, "The storage can't be written to; nothing was stored.", cause: failure)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.unavailable, "The storage is damaged; its operator has to restore it.", cause: failure)
        case .SQLITE_MISUSE:
            self.init(.unavailable, "The storage is closed.", cause: failure)
        case .SQLITE_INTERRUPT, .SQLITE_ABORT:
            self.init(.serverBusy, "The storage was interrupted; try again.", cause: failure)
        default:
            self.init(.internalError, "Something went wrong on the server.", cause: failure)
        }
    }

    /// What SQLite reported when a database was opened, in words for the operator.
    init(opening path: String, _ error: any Error) {
        guard let failure = error as? DatabaseError else {
            self.init(wrapping: error)
            return
        }
        switch failure.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .configuration,
                "\(path) is damaged or no SQLite database; put a backup in its place, or move it away to begin anew.",
                cause: failure)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .configuration,
                "\(path) can't be opened for writing; check the owner and rights of the file and its directory.",
                cause: failure)
        case .SQLITE_FULL:
            self.init(.unavailable, "There is no space left to open \(path); make some and try again.", cause: failure)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.unavailable, "\(path) is locked by another process; try again.", cause: failure)
        case .SQLITE_IOERR, .SQLITE_PROTOCOL:
            self.init(.unavailable, "\(path) can't be read or written; check the disk it lies on.", cause: failure)
        default:
            self.init(
                .internalError, "\(path) can't be opened: \(failure.message ?? "SQLite gave no reason").",
                cause: failure)
        }
    }
}
