import Foundation

/// Reads a whole file, up to a bound.
enum BoundedFile {
    /// Configuration and `.env` files are refused above this, in bytes.
    static let limit = 1024 * 1024

    enum Failure: Error, Equatable {
        case missing
        case tooLarge
        /// The rest of the sentence "the file …".
        case unreadable(String)

        var problem: String {
            switch self {
            case .missing: "the file does not exist"
            case .tooLarge: "the file is larger than 1 MiB"
            case .unreadable(let why): "the file \(why)"
            }
        }

        var remedy: String {
            switch self {
            case .missing: "correct the path, or create the file"
            case .tooLarge: "give the configuration's own file; a real one has a few kilobytes"
            case .unreadable: "give a text file that this user may read"
            }
        }
    }

    /// `path` relative to `directory`, unless it is absolute.
    static func resolve(_ path: String, in directory: String) -> String {
        path.hasPrefix("/") || path.isEmpty ? path : directory + "/" + path
    }

    /// Whether this user may come to the files of a file's directory.
    static func mayEnterDirectory(of path: String) -> Bool {
        access(URL(fileURLWithPath: path).deletingLastPathComponent().path, X_OK) == 0
    }

    /// The bytes of the file; pipes work too, as in `--config <(…)`.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        // A NUL would silently end the path for the C call.
        guard !path.utf8.contains(0) else { throw .missing }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        return try read(descriptor)
    }

    /// What a regular file holds, and the version that this is of. Never waits, as reading a pipe would.
    /// - Returns: nil for the version when there is no telling.
    static func readRegular(_ path: String) -> (version: FileVersion?, content: Result<[UInt8], Failure>) {
        guard !path.utf8.contains(0) else { return (nil, .failure(.missing)) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            let code = errno
            return (FileVersion(path: path), .failure(failure(code)))
        }
        defer { close(descriptor) }
        guard let version = FileVersion(descriptor: descriptor) else { return (nil, .failure(failure(errno))) }
        guard version.isRegular else { return (version, .failure(.unreadable("is no regular file"))) }
        do throws(Failure) {
            let bytes = try read(descriptor)
            guard FileVersion(descriptor: descriptor) == version else {
                return (version, .failure(.unreadable("was written to while it was read")))
            }
            return (version, .success(bytes))
        } catch {
            return (version, .failure(error))
        }
    }

    private static func read(_ descriptor: Int32) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = chunk.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }

    private static func failure(_ code: Int32) -> Failure {
        switch code {
        case ENOENT, ENOTDIR: .missing
        case EACCES, EPERM: .unreadable("may not be read by this user")
        case EISDIR: .unreadable("is a directory")
        default: .unreadable("cannot be read (errno \(code))")
        }
    }
}
