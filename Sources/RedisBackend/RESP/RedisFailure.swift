/// What goes wrong between this process and the server; the cause in a `MsgError`.
enum RedisFailure: Error, Equatable {
    case connectTimeout
    case commandTimeout
    /// The server closed the connection, or the network did.
    case connectionLost
    /// It was cut off by this side, being of no use any more.
    case connectionDropped(String)
    case closed
    /// The server sent what no Redis sends, or more than is taken.
    case malformedReply(String)
    case malformedCommand
    /// The server refused a command, in its words.
    case refused(String)
    /// A reply of another shape than the command's.
    case unexpectedReply
    /// Another server answers now than the command was made for.
    case serverChanged
}
