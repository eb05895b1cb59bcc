import CFileStatus
import Foundation

/// Whose a data directory is. What root makes in somebody else's is given to them, as SQLite does with the files beside a
/// database: else a command that was run as root would keep out the service that runs as this user.
///
/// Root follows no link there and gives away nothing that it has not made itself: the owner of the directory, who may put
/// anything into it, must not get at other files that way.
public struct DirectoryOwner: Sendable {
    /// Nil where what is made belongs to the right user by itself.
    private let recipient: (user: uid_t, group: gid_t)?

    /// - Parameter path: of what the directory holds or is to hold. The directory has to be there.
    public init(holding path: String) {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var status = msgctl_file_status()
        let isAnothers = geteuid() == 0 && msgctl_status_of_path(directory, &status) == 0 && status.owner != 0
        recipient = isAnothers ? (status.owner, status.group) : nil
    }

    /// Opens a file in the directory, made for its owner alone when it is not there.
    /// - Parameter flags: those of open(2), but for the ones that say whether it is made.
    /// - Returns: a descriptor; -1 when it can't be opened, with the reason in `errno`.
    public func openFile(_ path: String, _ flags: Int32) -> Int32 {
        guard let recipient else { return open(path, flags | O_CREAT | O_CLOEXEC, 0o600) }
        let made = open(path, flags | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard made < 0 else {
            // Where even root may not, whoever can't open it later says so.
            _ = fchown(made, recipient.user, recipient.group)
            return made
        }
        guard errno == EEXIST else { return -1 }
        return open(path, flags | O_NOFOLLOW | O_CLOEXEC)
    }

    /// Makes a directory in the directory, for its owner alone, when it is not there.
    /// - Returns: whether it is there; else the reason is in `errno`.
    func makeDirectory(_ path: String) -> Bool {
        guard mkdir(path, 0o700) == 0 else { return errno == EEXIST }
        guard let recipient else { return true }
        let made = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard made >= 0 else { return false }
        defer { close(made) }
        var status = msgctl_file_status()
        if msgctl_status_of_descriptor(made, &status) == 0, status.owner == 0 {
            _ = fchown(made, recipient.user, recipient.group)
        }
        return true
    }
}
