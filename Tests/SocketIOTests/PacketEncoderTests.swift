import EngineIO
import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

struct PacketEncoderTests {
    private let codec = JSONCodec(configuration: SocketIOConfiguration())

    private func event<each Payload: Encodable>(
        _ name: String, namespace: String = "/", ackID: UInt64? = nil, _ payload: repeat each Payload
    ) throws -> [ServerFrame] {
        let encoded = try codec.encode(repeat each payload)
        return frames(try PacketEncoder.event(namespace: namespace, name: name, ackID: ackID, payload: encoded))
    }

    private func frames(_ outgoing: EngineIOOutgoing) -> [ServerFrame] { ServerFrame.all(in: outgoing.frames) }

    @Test func events() throws {
        #expect(try event("message_received", [String: String]()) == [.text(#"42["message_received",{}]"#)])
        #expect(try event("none") == [.text(#"42["none"]"#)])
        #expect(try event("many", 1, "two", [3], true) == [.text(#"42["many",1,"two",[3],true]"#)])
        #expect(try event("asked", namespace: "/chat", ackID: 7, 1) == [.text(#"42/chat,7["asked",1]"#)])
        #expect(try event("q\"uo\\te\n", Int?.none) == [.text(#"42["q\"uo\\te\u000a",null]"#)])
        #expect(try event("slash", "a/b é€") == [.text(#"42["slash","a/b é€"]"#)])
    }

    @Test func binaryEvents() throws {
        struct File: Encodable {
            var name: String
            var parts: [Binary]
        }
        let sent = try event("f", Binary([1, 2]))
        #expect(
            sent.first == .text(#"451-["f",{"_placeholder":true,"num":0}]"#)
                || sent.first == .text(#"451-["f",{"num":0,"_placeholder":true}]"#))
        #expect(sent.last == ServerFrame(opcode: 2, payload: [1, 2]))
        let nested = try event("f", File(name: "n", parts: [Binary([1]), Binary([2])]), Binary([3]))
        #expect(nested.count == 4)
        #expect(String(decoding: nested[0].payload, as: UTF8.self).hasPrefix(#"453-["f",{"#))
        #expect(nested.dropFirst().map(\.payload) == [[1], [2], [3]])
    }

    @Test func otherPackets() throws {
        #expect(frames(PacketEncoder.connect(namespace: "/", id: "abc")) == [.text(#"40{"sid":"abc"}"#)])
        #expect(frames(PacketEncoder.connect(namespace: "/chat", id: "abc")) == [.text(#"40/chat,{"sid":"abc"}"#)])
        #expect(frames(PacketEncoder.disconnect(namespace: "/")) == [.text("41")])
        #expect(frames(PacketEncoder.disconnect(namespace: "/chat")) == [.text("41/chat,")])
        let error = try ConnectError(message: "no \"way\"", data: ["code": 7])
        #expect(
            frames(PacketEncoder.connectError(namespace: "/", json: error.json))
                == [.text(#"44{"message":"no \"way\"","data":{"code":7}}"#)])
        #expect(
            frames(PacketEncoder.connectError(namespace: "/x", json: ConnectError(message: "no").json))
                == [.text(#"44/x,{"message":"no"}"#)])
        #expect(frames(PacketEncoder.ack(namespace: "/", id: 12, payload: try codec.encode())) == [.text("4312[]")])
        #expect(
            frames(PacketEncoder.ack(namespace: "/chat", id: 1, payload: try codec.encode("a", 2)))
                == [.text(#"43/chat,1["a",2]"#)])
    }

    @Test(arguments: ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"])
    func reservedNamesAreRefused(name: String) {
        #expect(throws: SocketIOError.reservedEventName(name)) { try event(name) }
    }
}
