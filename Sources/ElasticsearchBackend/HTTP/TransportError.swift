import CCurl

/// Why a request got no answer.
enum TransportError: Error, CustomStringConvertible {
    /// libcurl gave up, for this reason.
    case failed(CURLcode, String)
    /// The time was up before a connection was free for it.
    case neverSent
    /// The answer was longer than allowed, in bytes.
    case answerTooLong(limit: Int)
    /// libcurl could not be set up.
    case noHandle
    case closed

    var description: String {
        switch self {
        case .failed(let code, let detail): "curl \(code.rawValue): \(detail)"
        case .neverSent: "no connection was free in time"
        case .answerTooLong(let limit): "the answer was longer than \(limit) bytes"
        case .noHandle: "libcurl could not be set up"
        case .closed: "the client is closed"
        }
    }
}
