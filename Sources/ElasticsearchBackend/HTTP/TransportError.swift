import CCurl

/// Why a request got no answer.
enum TransportError: Error, CustomStringConvertible {
    /// libcurl gave up, for this reason.
    case failed(CURLcode, String)
    /// The time was up before a connection was free for it.
    case neverSent
    /// The answer was longer than allowed, in bytes.
    case answerTooLong(limit: Int)
    /// An answer came, but none that a search engine gives.
    case unreadable(status: Int)
    /// libcurl could not be set up.
    case noHandle
    case closed

    /// Whether the server may be of another kind than the address says. One that nobody reached is none.
    var isUnexplained: Bool {
        switch self {
        case .failed(let code, _):
            ![
                CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_PEER_FAILED_VERIFICATION,
                CURLE_SSL_CACERT_BADFILE,
            ].contains(code)
        case .unreadable: true
        case .neverSent, .answerTooLong, .noHandle, .closed: false
        }
    }

    /// Whether the server's certificate is not believed.
    var isOfTrust: Bool {
        guard case .failed(let code, _) = self else { return false }
        return code == CURLE_PEER_FAILED_VERIFICATION
    }

    var description: String {
        switch self {
        case .failed(let code, let detail): "curl \(code.rawValue): \(detail)"
        case .neverSent: "no connection was free in time"
        case .answerTooLong(let limit): "the answer was longer than \(limit) bytes"
        case .unreadable(let status): "the answer (status \(status)) is none that a search engine gives"
        case .noHandle: "libcurl could not be set up"
        case .closed: "the client is closed"
        }
    }
}
