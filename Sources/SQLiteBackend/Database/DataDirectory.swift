import CFileStatus
import Foundation
import MsgKit

/// The one directory in which everything is kept, and the files in it.
public struct DataDirectory: Sendable, Equatable {
    public var path: String

    public init(path: String) {
        self.path = path
    }

    /// The database; its `-wal` and `-shm` lie beside it.
    public var databasePath: String { path + "/msgctl.sqlite3" }
    /// Held shared by every process that has the database open, alone by one that changes its schema.
    var lockPath: String { path + "/msgctl.lock" }
    /// One file for each process that has the database open.
    var processesPath: String { path + "/processes" }

    /// Whether it is there.
    /// - Throws: ``ErrorCode/configuration`` when it is no directory, or when this user may not look into it: that nothing
    ///   is seen there does not mean that there is nothing.
    public func isThere() throws -> Bool {
        var status = msgctl_file_status()
        guard msgctl_status_of_path(path, &status) == 0 else {
            let number = errno
            var link = msgctl_file_status()
            guard number == ENOENT || number == ENOTDIR else { throw unreadable(path, number) }
            guard msgctl_status_of_link(path, &link) != 0 else {
                throw MsgError(
                    .configuration,
                    "The data directory \(path) is a link to something that is not there; make that, or mend the link.")
            }
            return false
        }
        guard status.is_directory != 0 else {
            throw MsgError(.configuration, "The data directory \(path) is a file; name a directory instead.")
        }
        guard access(path, R_OK | X_OK) == 0 else { throw unreadable(path, errno) }
        if hasDatabase, access(databasePath, R_OK) != 0 { throw unreadable(databasePath, errno) }
        return true
    }

    private func unreadable(_ path: String, _ number: Int32) -> MsgError {
        let owner = try? FileManager.default.attributesOfItem(atPath: path)[.ownerAccountName] as? String
        return MsgError(
            .configuration,
            "\(path) can't be read by this user (\(Self.reason(number))); run msgctl as "
                + "\(owner.map { "\($0), whose it is" } ?? "the user that it belongs to"), or name another data directory."
        )
    }

    /// Makes the directory, for its owner alone, when it is not there, and checks that files can be made in it.
    func prepare() throws {
        if try !isThere() {
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
            do {
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw MsgError(
                    .configuration,
                    "The data directory \(path) can't be made: check that \(parent) is a directory this user may write to.",
                    cause: error)
            }
            // A power cut must not take a directory away that holds acknowledged messages.
            Self.synchronize(parent)
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw MsgError(
                .configuration,
                "The data directory \(path) can't be written to (\(Self.reason(errno))); give this user the right to, or name another directory."
            )
        }
        // SQLite would open it for reading alone and fail at the first write.
        if hasDatabase, access(databasePath, R_OK | W_OK) != 0 {
            throw MsgError(
                .configuration,
                "\(databasePath) can't be written to (\(Self.reason(errno))); give this user the right to.")
        }
    }

    /// Whether the database is there.
    var hasDatabase: Bool { access(databasePath, F_OK) == 0 }

    /// Makes an empty database file that its owner alone may read, when there is none; SQLite would let the umask
    /// decide, and gives the files beside it the same rights.
    func prepareDatabase() {
        let descriptor = DirectoryOwner(holding: databasePath).openFile(databasePath, O_RDWR)
        // Where it can't be made, opening it says why.
        if descriptor >= 0 { close(descriptor) }
    }

    /// Has the names of the files in it survive a power cut.
    func synchronize() { Self.synchronize(path) }

    /// What an errno says.
    static func reason(_ number: Int32) -> String {
        String(cString: strerror(number))
    }

    private static func synchronize(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
