import NIOWebSocket

extension EngineIOCloseReason {
    /// The code of the close frame that tells a websocket client.
    var closeCode: WebSocketErrorCode {
        switch self {
        case .transportClose, .forcedClose: .normalClosure
        case .serverShuttingDown: .goingAway
        case .transportError, .parseError: .protocolError
        case .pingTimeout: .policyViolation
        }
    }
}
