import NIOCore
import NIOWebSocket

/// A message ready to be written to any number of sessions: encoded and framed once for each transport.
///
/// Copies share their bytes, so a broadcast costs its recipients no memory.
public struct EngineIOOutgoing: Sendable {
    /// Complete unmasked websocket frames, ready for the socket.
    package let frames: ByteBuffer
    /// The packets in polling form, without a leading or trailing separator.
    package let payload: ByteBuffer
    /// Packets in it.
    package let packetCount: Int

    /// A text message.
    public init(text: ByteBuffer) {
        self.init(textLength: text.readableBytes) { $0.writeImmutableBuffer(text) }
    }

    /// A text message, followed at once by binary messages that nothing may come between.
    ///
    /// - Parameters:
    ///   - textLength: exact number of bytes that `writeText` writes.
    ///   - binaries: the binary messages.
    ///   - writeText: writes the text; called once.
    public init(textLength: Int, binaries: [ByteBuffer] = [], writeText: (inout ByteBuffer) -> Void) {
        let frameLength = 1 + textLength
        let binaryLength = binaries.reduce(0) { $0 + $1.readableBytes + WebSocketFraming.maxHeaderLength }
        var frames = ByteBuffer()
        frames.reserveCapacity(WebSocketFraming.maxHeaderLength + frameLength + binaryLength)
        WebSocketFraming.writeHeader(opcode: .text, length: frameLength, to: &frames)
        let start = frames.writerIndex
        frames.writeInteger(UInt8(ascii: "4"))
        writeText(&frames)
        assert(frames.writerIndex - start == frameLength, "the text is not as long as announced")
        // The polling form of a text packet is the frame without its header: the same bytes, not a copy.
        var payload = frames.getSlice(at: start, length: frameLength) ?? ByteBuffer()
        for binary in binaries {
            WebSocketFraming.writeHeader(opcode: .binary, length: binary.readableBytes, to: &frames)
            frames.writeImmutableBuffer(binary)
            payload.writeInteger(PollingPayload.separator)
            PollingPayload.appendBinary(binary, to: &payload)
        }
        self.init(frames: frames, payload: payload, packetCount: 1 + binaries.count)
    }

    /// A packet that is no message, such as a ping.
    init(control packet: StaticString) {
        let text = ByteBuffer(staticString: packet)
        var frames = ByteBuffer()
        WebSocketFraming.writeHeader(opcode: .text, length: text.readableBytes, to: &frames)
        frames.writeImmutableBuffer(text)
        self.init(frames: frames, payload: text, packetCount: 1)
    }

    private init(frames: ByteBuffer, payload: ByteBuffer, packetCount: Int) {
        self.frames = frames
        self.payload = payload
        self.packetCount = packetCount
    }

    /// The same message in memory of its own, unless it is so large that copying costs more than sharing.
    package func copiedIfSmall() -> EngineIOOutgoing {
        guard frames.readableBytes <= 16 * 1024 else { return self }
        var ownFrames = ByteBuffer()
        ownFrames.reserveCapacity(frames.readableBytes)
        ownFrames.writeImmutableBuffer(frames)
        return EngineIOOutgoing(frames: ownFrames, payload: payload, packetCount: packetCount)
    }

    static let ping = EngineIOOutgoing(control: "2")
    static let probeAnswer = EngineIOOutgoing(control: "3probe")
}
