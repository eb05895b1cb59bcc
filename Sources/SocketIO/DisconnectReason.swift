import EngineIO

/// Why a socket was disconnected. The raw values are the texts of the reference implementation.
public enum DisconnectReason: String, Sendable, CaseIterable {
    /// The client closed the connection, or it was lost.
    case transportClose = "transport close"
    /// The transport failed, or the client was too slow for what was sent to it.
    case transportError = "transport error"
    /// A ping was not answered in time.
    case pingTimeout = "ping timeout"
    /// The client sent something that is not a packet.
    case parseError = "parse error"
    /// The application closed the connection below the socket.
    case forcedClose = "forced close"
    /// The client sent a packet that its state does not allow.
    case forcedServerClose = "forced server close"
    /// The client left the namespace.
    case clientNamespaceDisconnect = "client namespace disconnect"
    /// The application disconnected the socket.
    case serverNamespaceDisconnect = "server namespace disconnect"
    /// The server stops.
    case serverShuttingDown = "server shutting down"

    init(_ reason: EngineIOCloseReason) {
        self =
            switch reason {
            case .transportClose: .transportClose
            case .transportError: .transportError
            case .pingTimeout: .pingTimeout
            case .parseError: .parseError
            case .forcedClose: .forcedClose
            case .serverShuttingDown: .serverShuttingDown
            }
    }
}
