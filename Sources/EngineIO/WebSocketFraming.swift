import NIOCore
import NIOWebSocket

/// The frames a server sends: final, unmasked, without extensions. They are the same bytes for every client.
enum WebSocketFraming {
    /// Two bytes, and eight of extended length.
    static let maxHeaderLength = 10

    /// Writes the header of a frame with a payload of `length` bytes.
    static func writeHeader(opcode: WebSocketOpcode, length: Int, to buffer: inout ByteBuffer) {
        buffer.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        if length < 126 {
            buffer.writeInteger(UInt8(length))
        } else if length <= Int(UInt16.max) {
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(length))
        } else {
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(length))
        }
    }

    /// A control frame; `payload` is at most 125 bytes.
    static func control(_ opcode: WebSocketOpcode, payload: ByteBuffer) -> ByteBuffer {
        var frame = ByteBuffer()
        writeHeader(opcode: opcode, length: payload.readableBytes, to: &frame)
        frame.writeImmutableBuffer(payload)
        return frame
    }

    /// A close frame with a status code and no text.
    static func close(_ code: WebSocketErrorCode) -> ByteBuffer {
        var payload = ByteBuffer()
        payload.write(webSocketErrorCode: code)
        return control(.connectionClose, payload: payload)
    }
}
