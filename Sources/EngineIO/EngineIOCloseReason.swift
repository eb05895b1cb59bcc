/// Why a session ended. The raw values are the texts of the reference implementation.
public enum EngineIOCloseReason: String, Sendable, Error {
    /// The client closed the connection, or it was lost.
    case transportClose = "transport close"
    /// The transport failed: a protocol violation, overlapping requests, a poll abandoned, or more
    /// waiting to be sent than the configured bound.
    case transportError = "transport error"
    /// A ping was not answered in time.
    case pingTimeout = "ping timeout"
    /// What the client sent is not a packet.
    case parseError = "parse error"
    /// The server's application closed the session.
    case forcedClose = "forced close"
    /// The server stops.
    case serverShuttingDown = "server shutting down"
}
