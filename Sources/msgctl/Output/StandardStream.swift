import Foundation

/// Writes to a standard stream, of which anything may become: a pipe whose reader went, a file on a full disk.
/// Foundation's handles trap then.
enum StandardStream {
    case output
    case error

    private var descriptor: Int32 {
        switch self {
        case .output: STDOUT_FILENO
        case .error: STDERR_FILENO
        }
    }

    /// - Returns: 0 when everything was written, else the system's number of the reason.
    @discardableResult
    func write(_ text: String) -> Int32 { Self.write(text, to: descriptor) }

    /// Writes to an open file.
    /// - Returns: as ``write(_:)``.
    static func write(_ text: String, to descriptor: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 ? errno : EIO }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return 0
        }
    }
}
