import NIOCore

/// One packet of Engine.IO protocol 4.
public enum EngineIOPacket: Sendable, Equatable {
    case open(ByteBuffer)
    case close
    case ping(ByteBuffer)
    case pong(ByteBuffer)
    case message(EngineIOMessage)
    case upgrade
    case noop

    /// Reads a packet in its text form: one digit, then data.
    ///
    /// - Throws: ``EngineIODecodingError`` when the buffer is empty or the digit names no packet type.
    public init(text buffer: ByteBuffer) throws(EngineIODecodingError) {
        var buffer = buffer
        switch buffer.readInteger(as: UInt8.self) {
        case UInt8(ascii: "0"): self = .open(buffer)
        case UInt8(ascii: "1"): self = .close
        case UInt8(ascii: "2"): self = .ping(buffer)
        case UInt8(ascii: "3"): self = .pong(buffer)
        case UInt8(ascii: "4"): self = .message(.text(buffer))
        case UInt8(ascii: "5"): self = .upgrade
        case UInt8(ascii: "6"): self = .noop
        case nil: throw .emptyPacket
        default: throw .unknownPacketType
        }
    }
}
