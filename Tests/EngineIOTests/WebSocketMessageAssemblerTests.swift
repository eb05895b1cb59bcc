import NIOCore
import NIOWebSocket
import SocketTestKit
import Testing

@testable import EngineIO

struct WebSocketMessageAssemblerTests {
    private func frame(
        _ opcode: WebSocketOpcode, _ text: String, fin: Bool = true, rsv1: Bool = false, masked: Bool = true
    ) -> WebSocketFrame {
        let key: WebSocketMaskingKey? = masked ? [1, 2, 3, 4] : nil
        var data = ByteBuffer(string: text)
        if let key { data.webSocketMask(key) }
        return WebSocketFrame(fin: fin, rsv1: rsv1, opcode: opcode, maskKey: key, data: data)
    }

    @Test func wholeMessages() {
        var assembler = WebSocketMessageAssembler(maxLength: 10)
        #expect(assembler.frameReceived(frame(.text, "4hi")) == .message(.text(ByteBuffer(string: "4hi"))))
        #expect(assembler.frameReceived(frame(.binary, "hi")) == .message(.binary(ByteBuffer(string: "hi"))))
        #expect(assembler.frameReceived(frame(.ping, "x")) == .ping(ByteBuffer(string: "x")))
        #expect(assembler.frameReceived(frame(.pong, "x")) == .pong)
    }

    @Test func fragmentsWithAControlFrameBetween() {
        var assembler = WebSocketMessageAssembler(maxLength: 10)
        #expect(assembler.frameReceived(frame(.text, "4a", fin: false)) == .incomplete)
        #expect(assembler.frameReceived(frame(.ping, "")) == .ping(ByteBuffer()))
        #expect(assembler.frameReceived(frame(.continuation, "b", fin: false)) == .incomplete)
        #expect(assembler.frameReceived(frame(.continuation, "c")) == .message(.text(ByteBuffer(string: "4abc"))))
        #expect(assembler.frameReceived(frame(.text, "4")) == .message(.text(ByteBuffer(string: "4"))))
    }

    @Test func violations() {
        let cases: [([WebSocketFrame], WebSocketErrorCode)] = [
            ([frame(.text, "4", masked: false)], .protocolError),
            ([frame(.text, "4", rsv1: true)], .protocolError),
            ([frame(.continuation, "x")], .protocolError),
            ([frame(.text, "4", fin: false), frame(.text, "4")], .protocolError),
            ([frame(.text, "12345678901")], .messageTooLarge),
            ([frame(.text, "123456", fin: false), frame(.continuation, "12345")], .messageTooLarge),
            ([frame(WebSocketOpcode(encodedWebSocketOpcode: 3) ?? .ping, "")], .protocolError),
            ([frame(WebSocketOpcode(encodedWebSocketOpcode: 11) ?? .ping, "")], .protocolError),
            ([frame(.connectionClose, "x")], .protocolError),
        ]
        for (frames, code) in cases {
            var assembler = WebSocketMessageAssembler(maxLength: 10)
            #expect(frames.map { assembler.frameReceived($0) }.last == .violation(code))
        }
    }

    @Test func textMustBeUTF8AlsoAcrossFragments() {
        var assembler = WebSocketMessageAssembler(maxLength: 10)
        let key: WebSocketMaskingKey = [0, 0, 0, 0]
        let euro: [UInt8] = [0xe2, 0x82, 0xac]
        let first = WebSocketFrame(opcode: .text, maskKey: key, data: ByteBuffer(bytes: euro[..<1]))
        let rest = WebSocketFrame(fin: true, opcode: .continuation, maskKey: key, data: ByteBuffer(bytes: euro[1...]))
        #expect(assembler.frameReceived(first) == .incomplete)
        #expect(assembler.frameReceived(rest) == .message(.text(ByteBuffer(string: "€"))))
        let broken = WebSocketFrame(fin: true, opcode: .text, maskKey: key, data: ByteBuffer(bytes: euro[..<2]))
        #expect(assembler.frameReceived(broken) == .violation(.dataInconsistentWithMessage))
    }

    @Test(arguments: [
        (1000, true), (1001, true), (1005, false), (1006, false), (999, false), (3000, true), (5000, false),
    ])
    func closeCodes(code: Int, isAllowed: Bool) {
        var assembler = WebSocketMessageAssembler(maxLength: 10)
        var payload = ByteBuffer(integer: UInt16(code))
        let key: WebSocketMaskingKey = [1, 2, 3, 4]
        payload.webSocketMask(key)
        let result = assembler.frameReceived(
            WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: key, data: payload))
        if isAllowed {
            #expect(result == .close(WebSocketErrorCode(codeNumber: code)))
        } else {
            #expect(result == .violation(.protocolError))
        }
    }
}
