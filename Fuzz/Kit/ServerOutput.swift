import NIOCore
import SocketTestKit

/// What a server wrote to a websocket.
enum ServerOutput {
    /// - Throws: when it is not made of whole frames that a server may send, or goes on behind a close frame.
    static func frames(_ bytes: ByteBuffer) throws -> [ServerFrame] {
        var rest = bytes
        var frames: [ServerFrame] = []
        while rest.readableBytes > 0 {
            try require(frames.last?.opcode != 8, "something was sent after the close frame")
            let first = rest.getInteger(at: rest.readerIndex, as: UInt8.self) ?? 0
            let second = rest.getInteger(at: rest.readerIndex + 1, as: UInt8.self) ?? 0
            guard let frame = ServerFrame(from: &rest) else { throw BrokenInvariant("half a frame was sent") }
            try require(
                [0x81, 0x82, 0x88, 0x89, 0x8a].contains(first), "the server sent a frame that begins with \(first)")
            try require(second & 0x80 == 0, "the server masked a frame")
            try require(
                frame.opcode < 8 || frame.payload.count <= 125, "a control frame of \(frame.payload.count) bytes")
            if frame.opcode == 1 {
                try require(String(validating: frame.payload, as: UTF8.self) != nil, "a text frame that is no UTF-8")
            }
            frames.append(frame)
        }
        return frames
    }

    /// - Throws: unless the client is told its session before anything else but pongs, which answer pings at once.
    static func requireSession(toldBy frames: [ServerFrame]) throws {
        let first = frames.first { $0.opcode != 10 }
        try require(first?.payload.first == UInt8(ascii: "0"), "the client was not told its session")
    }
}
