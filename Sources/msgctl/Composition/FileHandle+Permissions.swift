import Foundation
import Glibc

extension FileHandle {
    /// The mode of what is open, wherever links led to it: nine bits, and those above them. Nil when there is no telling.
    var permissions: UInt32? {
        var information = stat()
        guard fstat(fileDescriptor, &information) == 0 else { return nil }
        return UInt32(information.st_mode) & 0o7777
    }
}
