/// What ``EngineIOConfiguration/allowRequest`` says about a handshake.
public enum EngineIORequestVerdict: Sendable, Equatable {
    case allowed
    /// Answered 403 `{"code":4,"message":…}`.
    case refused(message: String = "Forbidden")
}
