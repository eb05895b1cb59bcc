import NIOCore
import SocketTestKit
import Testing

@testable import EngineIO

struct EngineIOPacketTests {
    @Test(arguments: [
        ("0{}", EngineIOPacket.open(ByteBuffer(string: "{}"))),
        ("1", .close),
        ("2", .ping(ByteBuffer())),
        ("2probe", .ping(ByteBuffer(string: "probe"))),
        ("3probe", .pong(ByteBuffer(string: "probe"))),
        ("4", .message(.text(ByteBuffer()))),
        ("4hé€", .message(.text(ByteBuffer(string: "hé€")))),
        ("5", .upgrade),
        ("6", .noop),
    ])
    func everyTypeIsRead(text: String, packet: EngineIOPacket) throws {
        #expect(try EngineIOPacket(text: ByteBuffer(string: text)) == packet)
    }

    @Test(arguments: ["7", "8x", "b", "{", "\u{1e}", " 4"])
    func otherTypesAreRefused(text: String) {
        #expect(throws: EngineIODecodingError.unknownPacketType) {
            try EngineIOPacket(text: ByteBuffer(string: text))
        }
    }

    @Test func nothingIsNoPacket() {
        #expect(throws: EngineIODecodingError.emptyPacket) { try EngineIOPacket(text: ByteBuffer()) }
    }

    @Test func messageIsFramedOnceForBothTransports() {
        let outgoing = EngineIOOutgoing(text: ByteBuffer(string: "hello"))
        #expect(Array(outgoing.frames.readableBytesView) == [0x81, 6] + Array("4hello".utf8))
        #expect(String(buffer: outgoing.payload) == "4hello")
    }

    @Test func binariesFollowTheirText() {
        let outgoing = EngineIOOutgoing(textLength: 1, binaries: [ByteBuffer(bytes: [1, 2, 3])]) { $0.writeString("x") }
        #expect(ServerFrame.all(in: outgoing.frames) == [.text("4x"), ServerFrame(opcode: 2, payload: [1, 2, 3])])
        #expect(String(buffer: outgoing.payload) == "4x\u{1e}bAQID")
        #expect(outgoing.packetCount == 2)
    }

    @Test(arguments: [0, 1, 124, 125, 126, 65_534, 65_535, 70_000])
    func everyLengthIsFramed(length: Int) {
        let text = String(repeating: "x", count: length)
        let outgoing = EngineIOOutgoing(text: ByteBuffer(string: text))
        #expect(ServerFrame.all(in: outgoing.frames) == [.text("4" + text)])
    }
}
