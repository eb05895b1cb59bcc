import NIOCore

/// What a message packet carries.
public enum EngineIOMessage: Sendable, Equatable {
    /// Valid UTF-8.
    case text(ByteBuffer)
    /// Any bytes.
    case binary(ByteBuffer)
}
