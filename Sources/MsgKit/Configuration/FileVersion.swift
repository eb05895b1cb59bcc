#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// By which a changed file is known, the one that a path leads to in the end: another file, or one that was written to or
/// whose owner or mode was changed.
struct FileVersion: Sendable, Equatable {
    private let device: UInt64
    private let number: UInt64
    private let size: Int64
    private let written: [Int]
    private let changed: [Int]
    /// False for a directory, a pipe, a device.
    let isRegular: Bool

    /// Nil when there is no such file, or none that this user may come to.
    init?(path: String) {
        var information = SystemStat()
        guard stat(path, &information) == 0 else { return nil }
        self.init(information)
    }

    init?(descriptor: Int32) {
        var information = SystemStat()
        guard fstat(descriptor, &information) == 0 else { return nil }
        self.init(information)
    }

    private init(_ information: SystemStat) {
        device = UInt64(truncatingIfNeeded: information.st_dev)
        number = UInt64(truncatingIfNeeded: information.st_ino)
        size = Int64(information.st_size)
        #if canImport(Darwin)
        let (written, changed) = (information.st_mtimespec, information.st_ctimespec)
        #else
        let (written, changed) = (information.st_mtim, information.st_ctim)
        #endif
        self.written = [Int(written.tv_sec), Int(written.tv_nsec)]
        self.changed = [Int(changed.tv_sec), Int(changed.tv_nsec)]
        isRegular = information.st_mode & S_IFMT == S_IFREG
    }
}

/// Not to be confused with the function.
private typealias SystemStat = stat
