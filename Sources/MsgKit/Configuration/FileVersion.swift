import CFileStatus

/// By which a changed file is known, the one that a path leads to in the end: another file, or one that was written to or
/// whose owner or mode was changed.
struct FileVersion: Sendable, Equatable {
    private let device: UInt64
    private let number: UInt64
    private let size: Int64
    private let written: [Int64]
    private let changed: [Int64]
    /// False for a directory, a pipe, a device.
    let isRegular: Bool

    /// Nil when there is no such file, or none that this user may come to.
    init?(path: String) {
        var status = msgctl_file_status()
        guard msgctl_status_of_path(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init?(descriptor: Int32) {
        var status = msgctl_file_status()
        guard msgctl_status_of_descriptor(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: msgctl_file_status) {
        device = status.device
        number = status.number
        size = status.size
        written = [status.written_seconds, status.written_nanoseconds]
        changed = [status.changed_seconds, status.changed_nanoseconds]
        isRegular = status.is_regular != 0
    }
}
