/// `error`: an event of the socket failed and it had asked for no ack.
public struct EventFailed: ServerEvent, Equatable {
    public static let name = "error"

    public var message: String
    public var code: ErrorCode
    /// In seconds, when the same may be let through later.
    public var retryAfter: Int64?

    public init(_ error: MsgError) {
        let error = error.forClients
        message = error.message
        code = error.code
        retryAfter = error.retryAfter?.wholeSecondsUp
    }
}
