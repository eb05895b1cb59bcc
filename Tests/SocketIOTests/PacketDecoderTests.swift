import NIOCore
import SocketTestKit
import Testing

@testable import SocketIO

struct PacketDecoderTests {
    private static var configuration: SocketIOConfiguration {
        var configuration = SocketIOConfiguration()
        configuration.maxAttachments = 3
        configuration.maxAttachmentBytes = 10
        configuration.maxNesting = 4
        configuration.maxNamespaceLength = 8
        return configuration
    }

    private func decode(_ text: String) throws -> SocketIOPacket? {
        var decoder = PacketDecoder(configuration: Self.configuration)
        return try decoder.textReceived(ByteBuffer(string: text))
    }

    private static func json(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

    @Test(arguments: [
        ("0", SocketIOPacket(namespace: "/", content: .connect(auth: nil))),
        (#"0{"token":"x"}"#, SocketIOPacket(namespace: "/", content: .connect(auth: json(#"{"token":"x"}"#)))),
        ("0/chat,", SocketIOPacket(namespace: "/chat", content: .connect(auth: nil))),
        ("0/chat", SocketIOPacket(namespace: "/chat", content: .connect(auth: nil))),
        ("0/chat,{}", SocketIOPacket(namespace: "/chat", content: .connect(auth: json("{}")))),
        ("1", SocketIOPacket(namespace: "/", content: .disconnect)),
        ("1/chat,", SocketIOPacket(namespace: "/chat", content: .disconnect)),
        (
            #"2["message_received",{}]"#,
            SocketIOPacket(
                namespace: "/", content: .event(name: "message_received", arguments: [json("{}")], ackID: nil))
        ),
        (
            #"2/chat,17["a",1,"b",null]"#,
            SocketIOPacket(
                namespace: "/chat",
                content: .event(name: "a", arguments: [json("1"), json(#""b""#), json("null")], ackID: 17))
        ),
        (
            #"2[ "a" , [ ] ]"#,
            SocketIOPacket(namespace: "/", content: .event(name: "a", arguments: [json("[ ]")], ackID: nil))
        ),
        (#"2["\u0061\n"]"#, SocketIOPacket(namespace: "/", content: .event(name: "a\n", arguments: [], ackID: nil))),
        ("2[7]", SocketIOPacket(namespace: "/", content: .event(name: "7", arguments: [], ackID: nil))),
        ("30[]", SocketIOPacket(namespace: "/", content: .ack(id: 0, arguments: []))),
        (#"3/chat,12["ok"]"#, SocketIOPacket(namespace: "/chat", content: .ack(id: 12, arguments: [json(#""ok""#)]))),
        (#"50-["a"]"#, SocketIOPacket(namespace: "/", content: .event(name: "a", arguments: [], ackID: nil))),
    ])
    func packetsAreRead(text: String, packet: SocketIOPacket) throws {
        #expect(try decode(text) == packet)
    }

    @Test(arguments: [
        ("", PacketError.empty), ("7", .unknownType), ("x", .unknownType), (#"4{"message":"x"}"#, .wrongDirection),
        ("0[]", .malformedJSON), ("0null", .malformedJSON), (#"0{"a":1"#, .malformedJSON), ("0{}x", .malformedJSON),
        ("1{}", .unexpectedPayload), ("2", .malformedJSON), ("2[]", .unexpectedPayload), ("2{}", .malformedJSON),
        ("2[{}]", .unexpectedPayload), ("2[null]", .unexpectedPayload), (#"2["a""#, .malformedJSON),
        (#"2["a",]"#, .malformedJSON), (#"2["a" 1]"#, .malformedJSON), (#"2["a"]]"#, .malformedJSON),
        (#"2["a",01]"#, .malformedJSON), (#"2["a",+1]"#, .malformedJSON), (#"2["a",1.]"#, .malformedJSON),
        (#"2["a",.5]"#, .malformedJSON), (#"2["a",1e]"#, .malformedJSON), (#"2["a",-]"#, .malformedJSON),
        (#"2["a",NaN]"#, .malformedJSON), (#"2["a",tru]"#, .malformedJSON), (#"2["a","\x"]"#, .malformedJSON),
        (#"2["a","\u12g4"]"#, .malformedJSON), ("2[\"a\",\"\u{1}\"]", .malformedJSON),
        (#"2["a",{1:2}]"#, .malformedJSON),
        (#"2["a",{"b"}]"#, .malformedJSON), (#"2["a",{"b":1,}]"#, .malformedJSON),
        (#"2["\ud800"]"#, .unexpectedPayload),
        (#"2["a",[[[[]]]]]"#, .tooDeep), (#"2["a",{"b":{"c":{"d":{}}}}]"#, .tooDeep), (#"3["a"]"#, .malformedHeader),
        (#"5["a"]"#, .malformedHeader), (#"5-["a"]"#, .malformedHeader), (#"51["a"]"#, .malformedHeader),
        (#"54-["a"]"#, .tooManyAttachments), (#"599999999999999999999-["a"]"#, .malformedHeader),
        (#"21234567890123456789["a"]"#, .malformedHeader), (#"2/namespace,["a"]"#, .namespaceTooLong),
        (#"2["connect"]"#, .reservedEvent), (#"2["connect_error"]"#, .reservedEvent),
        (#"2["disconnect"]"#, .reservedEvent),
        (#"2["disconnecting"]"#, .reservedEvent), (#"2["newListener"]"#, .reservedEvent),
        (#"2["removeListener"]"#, .reservedEvent),
        (#"51-["f",{"_placeholder":true,"num":1}]"#, .unknownAttachment),
        (#"51-["f",{"_placeholder":true,"num":-1}]"#, .unknownAttachment),
        (#"51-["f",{"_placeholder":true,"num":0.5}]"#, .unknownAttachment),
        (#"51-["f",{"_placeholder":true,"num":"0"}]"#, .unknownAttachment),
        (#"51-["f",[{"a":{"num":99999999999999999999,"_placeholder":true}}]]"#, .unknownAttachment),
        (#"61-1[{"_placeholder":true}]"#, .unknownAttachment),
    ])
    func malformedPacketsAreRefused(text: String, error: PacketError) {
        #expect(throws: error) { try decode(text) }
    }

    @Test func nestingUpToTheBoundIsAllowed() throws {
        #expect(try decode(#"2["a",[[[1,{"b":[]}],2],3]]"#.replacing(#"{"b":[]}"#, with: "0")) != nil)
    }

    @Test func attachmentsAreAwaited() throws {
        var decoder = PacketDecoder(configuration: Self.configuration)
        let text = #"52-["f",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#
        #expect(try decoder.textReceived(ByteBuffer(string: text)) == nil)
        #expect(try decoder.binaryReceived(ByteBuffer(bytes: [1])) == nil)
        let packet = try decoder.binaryReceived(ByteBuffer(bytes: [2]))
        #expect(packet?.attachments == [ByteBuffer(bytes: [1]), ByteBuffer(bytes: [2])])
        #expect(try decoder.textReceived(ByteBuffer(string: #"2["a"]"#)) != nil)
    }

    /// What only looks like a placeholder is for the application.
    @Test(arguments: [
        #"2["f",{"_placeholder":true,"num":7}]"#, #"50-["f",{"_placeholder":true,"num":7}]"#,
        #"51-["f",{"_placeholder":false,"num":7}]"#, #"51-["f",{"_placeholder":1,"num":7}]"#,
        #"51-["f",{"num":7,"a":"_placeholder"},{"_placeholder":true,"num":0}]"#,
    ])
    func otherObjectsAreNoPlaceholders(text: String) {
        var decoder = PacketDecoder(configuration: Self.configuration)
        #expect(throws: Never.self) { try decoder.textReceived(ByteBuffer(string: text)) }
    }

    @Test func textBetweenAttachmentsIsRefused() throws {
        var decoder = PacketDecoder(configuration: Self.configuration)
        #expect(try decoder.textReceived(ByteBuffer(string: #"51-["f"]"#)) == nil)
        #expect(throws: PacketError.unexpectedAttachment) { try decoder.textReceived(ByteBuffer(string: #"2["a"]"#)) }
    }

    @Test func unannouncedAttachmentIsRefused() {
        var decoder = PacketDecoder(configuration: Self.configuration)
        #expect(throws: PacketError.unexpectedAttachment) { try decoder.binaryReceived(ByteBuffer(bytes: [1])) }
    }

    @Test func attachmentsAreBounded() throws {
        var decoder = PacketDecoder(configuration: Self.configuration)
        #expect(try decoder.textReceived(ByteBuffer(string: #"62-1["f"]"#)) == nil)
        #expect(try decoder.binaryReceived(ByteBuffer(repeating: 0, count: 6)) == nil)
        #expect(throws: PacketError.attachmentsTooLarge) {
            try decoder.binaryReceived(ByteBuffer(repeating: 0, count: 5))
        }
    }

    @Test func everyTruncationIsAnErrorOrAPacket() throws {
        let whole = #"51-/chat,12["añ€",{"k":[1.5e+3,true,false,null,"\u00e9\\"]},{"_placeholder":true,"num":0}]"#
        let bytes = Array(whole.utf8)
        for length in 0..<bytes.count {
            var decoder = PacketDecoder(configuration: Self.configuration)
            #expect(throws: PacketError.self) { try decoder.textReceived(ByteBuffer(bytes: bytes[..<length])) }
        }
        #expect(try decode(whole) == nil)
    }

    @Test func stackIsSafeFromDepthWhateverIsConfigured() {
        var configuration = SocketIOConfiguration()
        configuration.maxNesting = .max
        var decoder = PacketDecoder(configuration: configuration)
        let deep = "2[" + String(repeating: "[", count: 400_000)
        #expect(throws: PacketError.tooDeep) { try decoder.textReceived(ByteBuffer(string: deep)) }
    }

    @Test func randomTextNeverTraps() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of randomTextNeverTraps: \(seed)")
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "0", "1", "2", "3", "4", "5", "6", "-", "/", ",", "[", "]", "{", "}", "\"", "\\", "\\u", "d800", ":",
            "true", "null",
            "1e5", "-0", ".", "é", "€", "\u{0}", " ", "a", "_placeholder", "num", "connect", "999999999999999999",
        ]
        var accepted = 0
        for _ in 0..<5_000 {
            var decoder = PacketDecoder(configuration: Self.configuration)
            for _ in 0..<3 {
                let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    pieces.randomElement(using: &random) ?? ""
                }
                let start = Bool.random(using: &random) ? "2[\"a\"," : ""
                do {
                    if try decoder.textReceived(ByteBuffer(string: start + text.joined())) != nil { accepted += 1 }
                    _ = try decoder.binaryReceived(
                        ByteBuffer(repeating: 0, count: Int.random(in: 0...6, using: &random)))
                } catch {
                    continue
                }
            }
        }
        #expect(accepted > 0)
    }

    @Test func mutatedPacketsNeverTrap() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of mutatedPacketsNeverTrap: \(seed)")
        var random = SeededGenerator(seed: seed)
        let packets = [
            #"0{"token":"x"}"#, #"2["message_received",{"a":[1,2,{"b":null}]}]"#, #"30["ok"]"#,
            #"51-["f",{"_placeholder":true,"num":0}]"#, "1/chat,", #"2/chat,12["typing",{"id":"é"}]"#,
        ].map { Array($0.utf8) }
        let codec = JSONCodec(configuration: SocketIOConfiguration())
        for _ in 0..<5_000 {
            var bytes = packets.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] = UInt8.random(in: 1...127, using: &random)
            }
            var decoder = PacketDecoder(configuration: SocketIOConfiguration())
            guard let packet = try? decoder.textReceived(ByteBuffer(bytes: bytes)) else { continue }
            if case .event(_, let arguments, _) = packet.content {
                let arguments = EventArguments(json: arguments, attachments: [], codec: codec)
                for index in 0..<arguments.count { _ = try? arguments.value(at: index) }
            }
        }
    }
}
