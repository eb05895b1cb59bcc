import CFileStatus
import Foundation

extension FileHandle {
    /// The mode of what is open, wherever links led to it: nine bits, and those above them. Nil when there is no telling.
    var permissions: UInt32? {
        var status = msgctl_file_status()
        guard msgctl_status_of_descriptor(fileDescriptor, &status) == 0 else { return nil }
        return status.mode
    }
}
