import MsgKit

extension RedisFailure {
    /// As the callers of a role meet it. What they read names no host and no password.
    var msgError: MsgError {
        switch self {
        case .refused(let text): MsgError(Self.code(ofReply: text), Self.sentence(ofReply: text), cause: self)
        case .malformedCommand, .unexpectedReply:
            MsgError(.internalError, "Redis was asked or answered in a way that does not fit.", cause: self)
        case .commandTimeout, .connectTimeout:
            MsgError(.unavailable, "Redis did not answer in time.", cause: self)
        case .connectionLost, .connectionDropped, .closed, .malformedReply, .serverChanged:
            MsgError(.unavailable, "Redis can't be reached at the moment.", cause: self)
        }
    }

    /// States of the server that pass, or that its operator ends; everything else is an error of ours.
    private static let passing: Set<String> = [
        "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "OOM", "NOAUTH", "NOPERM", "WRONGPASS",
        "MISCONF", "NOREPLICAS", "UNKILLABLE",
    ]

    private static func code(ofReply text: String) -> ErrorCode {
        isPassing(text) ? .unavailable : .internalError
    }

    private static func sentence(ofReply text: String) -> String {
        isPassing(text) ? "Redis does not take commands at the moment." : "Redis refused a command."
    }

    private static func isPassing(_ text: String) -> Bool {
        let word = text.prefix { $0 != " " }
        return passing.contains(String(word)) || text.hasPrefix("ERR max number of clients")
            || text.hasPrefix("ERR invalid password") || text.hasPrefix("ERR AUTH")
    }
}

extension MsgError {
    /// An error of the connection as the table has it; anything else stays what it is.
    init(redis error: any Error) {
        if let failure = error as? RedisFailure {
            self = failure.msgError
        } else if let error = error as? MsgError {
            self = error
        } else {
            self.init(.unavailable, "Redis can't be reached at the moment.", cause: error)
        }
    }
}
