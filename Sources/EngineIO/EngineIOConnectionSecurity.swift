/// What stands between a connection's HTTP and its socket.
public enum EngineIOConnectionSecurity: Sendable {
    /// Nothing: bytes leave as they are written. Frames of websockets go straight to the socket while nothing waits in
    /// the channel, which costs a quarter less.
    case plain
    /// TLS: ``EngineIOHandshake/isSecure`` is true.
    case tls
    /// Handlers of the application's own, of which nothing is known.
    case unknown
}
