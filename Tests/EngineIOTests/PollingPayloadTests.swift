import NIOCore
import Testing

@testable import EngineIO

struct PollingPayloadTests {
    private func decode(_ text: String, max: Int = 16) throws -> [EngineIOPacket] {
        try PollingPayload.decode(ByteBuffer(string: text), maxPackets: max)
    }

    @Test func packetsAreSeparated() throws {
        #expect(
            try decode("4a\u{1e}4\u{1e}3\u{1e}bAQID") == [
                .message(.text(ByteBuffer(string: "a"))), .message(.text(ByteBuffer())), .pong(ByteBuffer()),
                .message(.binary(ByteBuffer(bytes: [1, 2, 3]))),
            ])
    }

    @Test(arguments: ["", "\u{1e}", "4a\u{1e}", "\u{1e}4a", "4a\u{1e}\u{1e}4b"])
    func emptyPacketsAreRefused(text: String) {
        #expect(throws: EngineIODecodingError.emptyPacket) { try decode(text) }
    }

    @Test func badBase64IsRefused() {
        #expect(throws: EngineIODecodingError.invalidBase64) { try decode("b!!!") }
    }

    @Test func textThatIsNotUTF8IsRefused() {
        #expect(throws: EngineIODecodingError.invalidUTF8) {
            try PollingPayload.decode(
                ByteBuffer(bytes: [0x34, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0xff]), maxPackets: 1)
        }
    }

    @Test func packetsAreBounded() throws {
        #expect(try decode(Array(repeating: "6", count: 16).joined(separator: "\u{1e}")).count == 16)
        #expect(throws: EngineIODecodingError.tooManyPackets) {
            try decode(Array(repeating: "6", count: 17).joined(separator: "\u{1e}"))
        }
    }

    @Test func everyTruncationIsAPacketLessOrAnError() {
        let whole = "4héllo\u{1e}bAQIDBA==\u{1e}2probe"
        let bytes = Array(whole.utf8)
        for length in 0..<bytes.count {
            let result = Result { try PollingPayload.decode(ByteBuffer(bytes: bytes[..<length]), maxPackets: 3) }
            if case .success(let packets) = result { #expect(packets.count <= 3) }
        }
    }

    @Test func outboxJoinsWhatWaits() {
        var outbox = Outbox()
        let configuration = EngineIOConfiguration()
        for text in ["a", "b"] {
            #expect(
                outbox.append(EngineIOOutgoing(text: ByteBuffer(string: text)), configuration: configuration) == true)
        }
        #expect(String(buffer: outbox.takeFarewell("1")) == "4a\u{1e}4b\u{1e}1")
        #expect(outbox.isEmpty)
        #expect(String(buffer: outbox.takeFarewell("1")) == "1")
    }

    @Test func oneAnswerTakesABoundedNumberOfPackets() {
        var outbox = Outbox()
        for index in 0..<5 {
            let outgoing = EngineIOOutgoing(text: ByteBuffer(string: "\(index)"))
            #expect(outbox.append(outgoing, configuration: EngineIOConfiguration()) == true)
        }
        #expect(String(buffer: outbox.takePayload(maxPackets: 2)) == "40\u{1e}41")
        #expect(String(buffer: outbox.takePayload(maxPackets: 1)) == "42")
        #expect(String(buffer: outbox.takePayload(maxPackets: 16)) == "43\u{1e}44")
        #expect(outbox.isEmpty)
    }

    @Test func outboxIsBounded() {
        var configuration = EngineIOConfiguration()
        configuration.maxBufferedPackets = 2
        configuration.maxBufferedBytes = 10
        let long = EngineIOOutgoing(text: ByteBuffer(string: "123456789"))
        let short = EngineIOOutgoing(text: ByteBuffer(string: ""))
        var byBytes = Outbox()
        #expect(byBytes.append(long, configuration: configuration) == true)
        #expect(byBytes.append(short, configuration: configuration) == false)
        var byCount = Outbox()
        #expect(byCount.append(short, configuration: configuration) == true)
        #expect(byCount.append(short, configuration: configuration) == true)
        #expect(byCount.append(short, configuration: configuration) == false)
    }
}
