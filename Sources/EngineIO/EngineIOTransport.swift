/// A way in which packets travel.
public enum EngineIOTransport: String, Sendable, CaseIterable {
    /// HTTP requests: GET receives, POST sends.
    case polling
    /// One WebSocket connection.
    case websocket
}
