/// What goes wrong between this process and the server; the cause in a `MsgError`.
enum RedisFailure: Error, Equatable {
    case connectTimeout
    case commandTimeout
    /// No connection could be made, for the system's reason.
    case unreachable(String)
    /// The server closed the connection, or the network did.
    case connectionLost
    /// The same, before the server had said anything at all.
    case connectionUnanswered
    case closed
    /// The server speaks TLS and this process was told not to, or the other way round.
    case otherScheme(isTLS: Bool)
    /// TLS could not be agreed on, for the reason given as a clause about the server.
    case tlsRefused(String)
    /// The server sent what no Redis sends, or more than is taken.
    case malformedReply(String)
    /// What answered a new connection was no Redis.
    case notRedis
    /// The same, when it showed what it is.
    case otherServer(String)
    case malformedCommand
    /// The server refused a command, in its words.
    case refused(String)
    /// A reply of another shape than the command's.
    case unexpectedReply
    /// Another server answers now than the command was made for.
    case serverChanged
}

extension RedisFailure: CustomStringConvertible, CustomDebugStringConvertible {
    /// A clause whose subject is the server, for the operator. It never holds a password.
    var description: String {
        switch self {
        case .connectTimeout: "does not let anybody in in time"
        case .commandTimeout: "did not answer in time"
        case .unreachable(let reason): "can't be reached: \(reason)"
        case .connectionLost: "closed the connection, or the network did"
        case .connectionUnanswered: "closed the connection without a word"
        case .closed: "is not asked any more, since this process is stopping"
        case .otherScheme(isTLS: true): "speaks TLS; write rediss:// in place of redis://"
        case .otherScheme(isTLS: false): "does not speak TLS; write redis:// in place of rediss://, or correct the port"
        case .tlsRefused(let reason): reason
        case .malformedReply(let reason): "sent what no Redis sends (\(reason))"
        case .notRedis: "does not answer as a Redis does; correct host and port"
        case .otherServer(let what): "is no Redis: what answers there is \(what); correct host and port"
        case .malformedCommand: "was to be sent a command that can't be written"
        case .refused(let text): RedisRefusal(text).description
        case .unexpectedReply: "answered in a form that does not fit the command"
        case .serverChanged: "is another one than the command was for"
        }
    }

    var debugDescription: String { description }
}
