import MsgKit

extension RedisFailure {
    /// As the callers of a role meet it. What clients read names no host; the operator's sentence does, but no password.
    func msgError(from server: RedisAddress) -> MsgError {
        let code = code
        let name = "Redis at \(server.hostAndPort)"
        let detail =
            code == .configuration ? "cache.redis_url: \(name) \(self)." : "\(name) (cache.redis_url) \(self)."
        return MsgError(code, Self.publicSentence(code), detail: detail, cause: self)
    }

    private var code: ErrorCode {
        switch self {
        case .refused(let text):
            switch RedisRefusal(text).kind {
            case .passing: .unavailable
            case .misconfigured: .configuration
            case .unforeseen: .internalError
            }
        case .otherScheme, .tlsRefused, .notRedis, .otherServer: .configuration
        case .malformedCommand, .unexpectedReply: .internalError
        case .connectTimeout, .commandTimeout, .unreachable, .connectionLost, .connectionUnanswered, .closed,
            .malformedReply, .serverChanged:
            .unavailable
        }
    }

    private static func publicSentence(_ code: ErrorCode) -> String {
        switch code {
        case .configuration: "Redis can't be used as the service is set up; its operator has to mend that."
        case .unavailable: "Redis can't be reached or does not answer at the moment; try again later."
        default: "Redis was asked or answered in a way that does not fit."
        }
    }
}
