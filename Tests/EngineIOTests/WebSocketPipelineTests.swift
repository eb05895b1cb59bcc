import NIOCore
import NIOEmbedded
import SocketTestKit
import Testing

@testable import EngineIO

struct WebSocketPipelineTests {
    @Test func handshakeIsTheReferencesOpenPacket() async throws {
        let client = try EmbeddedClient { $0.randomBytes = { Array(repeating: 0, count: $0) } }
        #expect(
            try client.received() == [
                .text(
                    #"0{"sid":"AAAAAAAAAAAAAAAAAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
                )
            ])
        #expect(try await client.records() == [.opened])
    }

    @Test func framesAreReadByteByByte() async throws {
        let client = try EmbeddedClient()
        let long = String(repeating: "é", count: 100)
        let stream =
            textFrame("4héllo") + clientFrame(2, [0, 1, 255]) + textFrame("4a", fin: false) + clientFrame(9, [7])
            + clientFrame(0, Array("b".utf8)) + textFrame("4" + long) + textFrame("6")
        for byte in stream { try client.send([byte]) }
        #expect(
            try await client.records() == [.opened, .text("héllo"), .binary([0, 1, 255]), .text("ab"), .text(long)])
        #expect(try client.received().contains(ServerFrame(opcode: 10, payload: [7])))
    }

    @Test func everySplitInTwoGivesTheSame() async throws {
        let stream = textFrame("4one") + clientFrame(2, [1]) + textFrame("4two")
        for split in 0...stream.count {
            let client = try EmbeddedClient()
            try client.send(Array(stream[..<split]))
            try client.send(Array(stream[split...]))
            #expect(try await client.records() == [.opened, .text("one"), .binary([1]), .text("two")])
        }
    }

    @Test func violationsAreClosedWithTheirCode() async throws {
        let cases: [(frames: [UInt8], code: UInt16, reason: EngineIOCloseReason)] = [
            (clientFrame(1, Array("4x".utf8), masked: false), 1002, .transportError),
            (clientFrame(1, Array("4x".utf8), reserved: 0x40), 1002, .transportError),
            (clientFrame(0, []), 1002, .transportError),
            (clientFrame(9, [], fin: false), 1002, .transportError),
            (clientFrame(9, Array(repeating: 0, count: 126)), 1002, .transportError),
            (clientFrame(1, [0x34, 0xff]), 1007, .transportError),
            (clientFrame(1, []), 1002, .parseError),
            (textFrame("x"), 1002, .parseError),
            (textFrame("2"), 1002, .transportError),
            (textFrame("0"), 1002, .parseError),
        ]
        for (frames, code, reason) in cases {
            let client = try EmbeddedClient()
            _ = try client.received()
            try client.send(frames)
            #expect(try client.received() == [.close(code)])
            #expect(try await client.records() == [.opened, .closed(reason)])
            try client.send(textFrame("4late"))
            #expect(try await client.records().isEmpty)
        }
    }

    @Test func aFrameTooLongIsRefusedByItsHeader() async throws {
        let client = try EmbeddedClient { $0.maxPayload = 1000 }
        _ = try client.received()
        try client.send([0x81, 0xfe, 0x03, 0xe9])
        #expect(try client.received() == [.close(1009)])
        #expect(try await client.records() == [.opened, .closed(.transportError)])
    }

    @Test func theRestOfAFrameTooLongIsThrownAwayForAWhile() async throws {
        let client = try EmbeddedClient { $0.maxPayload = 1000 }
        _ = try client.received()
        try client.send([0x81, 0xfe, 0x03, 0xe9])
        try client.send(Array(repeating: 0, count: 500))
        try client.send(Array(repeating: 0, count: 505))
        #expect(try client.received() == [.close(1009)])
        // A connection closed now would be reset, and the code not read.
        #expect(client.channel.isActive)
        client.loop.advanceTime(by: .seconds(5))
        #expect(!client.channel.isActive)
        #expect(try await client.records() == [.opened, .closed(.transportError)])
    }

    @Test func aMessageTooLongInFragmentsIsRefused() async throws {
        let client = try EmbeddedClient { $0.maxPayload = 1000 }
        _ = try client.received()
        try client.send(clientFrame(1, Array(repeating: 0x34, count: 900), fin: false))
        try client.send(clientFrame(0, Array(repeating: 0x34, count: 101)))
        #expect(try client.received() == [.close(1009)])
    }

    @Test func closeIsAnsweredWithItsCode() async throws {
        let client = try EmbeddedClient()
        _ = try client.received()
        try client.send(clientFrame(8, [0x03, 0xe9]))
        #expect(try client.received() == [.close(1001)])
        #expect(try await client.records() == [.opened, .closed(.transportClose)])
        #expect(!client.channel.isActive)
        #expect(client.engine.server.sessionCount == 0)
    }

    @Test func serverClosesPolitelyAndNotForEver() async throws {
        let client = try EmbeddedClient()
        let session = try await client.session()
        _ = try client.received()
        session.send("last")
        session.close()
        #expect(try client.received() == [.text("4last"), .close(1000)])
        #expect(try await client.records() == [.opened, .closed(.forcedClose)])
        #expect(client.channel.isActive)
        client.loop.advanceTime(by: .seconds(5))
        #expect(!client.channel.isActive)
        #expect(client.engine.server.sessionCount == 0)
    }

    @Test func peersAnswerEndsAPoliteClose() async throws {
        let client = try EmbeddedClient()
        try await client.session().close()
        client.loop.run()
        try client.send(clientFrame(8, [0x03, 0xe8]))
        #expect(!client.channel.isActive)
    }

    @Test func quiescingClosesAsShuttingDown() async throws {
        let client = try EmbeddedClient()
        _ = try client.received()
        client.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(try client.received() == [.close(1001)])
        #expect(try await client.records() == [.opened, .closed(.serverShuttingDown)])
    }

    @Test func lostConnectionIsATransportClose() async throws {
        let client = try EmbeddedClient()
        _ = try client.channel.finish(acceptAlreadyClosed: true)
        client.loop.run()
        #expect(try await client.records() == [.opened, .closed(.transportClose)])
        #expect(client.engine.server.sessionCount == 0)
    }

    @Test func halfClosedConnectionIsClosed() async throws {
        let client = try EmbeddedClient()
        client.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        client.loop.run()
        #expect(try await client.records() == [.opened, .closed(.transportClose)])
    }

    @Test func pingsAreSentAndMissedPongsClose() async throws {
        let client = try EmbeddedClient()
        _ = try client.received()
        for _ in 0..<3 {
            client.loop.advanceTime(by: .seconds(25))
            #expect(try client.received() == [.text("2")])
            client.loop.advanceTime(by: .seconds(19))
            try client.send(textFrame("3"))
        }
        client.loop.advanceTime(by: .seconds(25))
        #expect(try client.received() == [.text("2")])
        client.loop.advanceTime(by: .seconds(20))
        #expect(try client.received() == [.close(1008)])
        #expect(try await client.records() == [.opened, .closed(.pingTimeout)])
    }

    @Test func anUnaskedPongChangesNothing() async throws {
        let client = try EmbeddedClient()
        _ = try client.received()
        client.loop.advanceTime(by: .seconds(24))
        try client.send(textFrame("3"))
        client.loop.advanceTime(by: .seconds(1))
        #expect(try client.received() == [.text("2")])
    }

    @Test func whatATickSendsIsFlushedOnce() async throws {
        let client = try EmbeddedClient()
        let session = try await client.session()
        client.loop.run()
        let flushes = FlushCounter()
        try client.channel.pipeline.syncOperations.addHandler(flushes, position: .first)
        for number in 0..<10 { session.send("\(number)") }
        #expect(flushes.count == 0)
        client.loop.run()
        #expect(flushes.count == 1)
        session.send("more")
        client.loop.run()
        #expect(flushes.count == 2)
    }

    @Test func pausedSessionKeepsMessagesAndOutlivesItsPing() async throws {
        let client = try EmbeddedClient()
        let session = try await client.session()
        _ = try client.received()
        session.pauseReading()
        try client.send(textFrame("4a") + textFrame("4b"))
        #expect(try await client.records() == [.opened])
        client.loop.advanceTime(by: .seconds(100))
        #expect(try client.received() == [.text("2")])
        session.resumeReading()
        #expect(try await client.records() == [.text("a"), .text("b")])
    }

    @Test func messagesBeforeTheEndAreDeliveredThoughPaused() async throws {
        let client = try EmbeddedClient()
        try await client.session().pauseReading()
        try client.send(textFrame("4a") + clientFrame(8, [0x03, 0xe8]))
        #expect(try await client.records() == [.opened, .text("a"), .closed(.transportClose)])
    }

    @Test func slowReaderIsClosedAtTheBound() async throws {
        let client = try EmbeddedClient { $0.maxBufferedBytes = 10_000 }
        let session = try await client.session()
        _ = try client.received()
        try client.setStalled(true)
        let kilobyte = String(repeating: "x", count: 1_000)
        for _ in 0..<9 { session.send(kilobyte) }
        client.loop.run()
        #expect(try await client.records() == [.opened])
        session.send(kilobyte)
        client.loop.run()
        #expect(try await client.records() == [.closed(.transportError)])
        #expect(!client.channel.isActive)
        #expect(client.engine.server.sessionCount == 0)
    }

    @Test func slowReaderThatCatchesUpStartsAfresh() async throws {
        let client = try EmbeddedClient { $0.maxBufferedPackets = 3 }
        let session = try await client.session()
        for _ in 0..<5 {
            client.channel.isWritable = false
            client.channel.pipeline.fireChannelWritabilityChanged()
            for _ in 0..<3 { session.send("x") }
            client.channel.isWritable = true
            client.channel.pipeline.fireChannelWritabilityChanged()
        }
        client.loop.run()
        #expect(try await client.records() == [.opened])
    }

    @Test func randomBytesNeverTrap() async throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of randomBytesNeverTrap: \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let client = try EmbeddedClient { $0.maxPayload = 2_000 }
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let payload = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    UInt8.random(in: .min ... .max, using: &random)
                }
                let frame =
                    Bool.random(using: &random)
                    ? payload
                    : clientFrame(
                        UInt8.random(in: 0...15, using: &random), (Bool.random(using: &random) ? [0x34] : []) + payload,
                        fin: Int.random(in: 0..<4, using: &random) > 0)
                try client.channel.writeInbound(ByteBuffer(bytes: frame))
            }
            client.loop.advanceTime(by: .seconds(60))
            _ = try? client.channel.finish(acceptAlreadyClosed: true)
            client.loop.run()
            #expect(client.engine.server.sessionCount == 0)
        }
    }
}

private final class FlushCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var count = 0

    func flush(context: ChannelHandlerContext) {
        count += 1
        context.flush()
    }
}
