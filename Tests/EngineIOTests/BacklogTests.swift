import NIOCore
import NIOEmbedded
import NIOPosix
import SocketTestKit
import Testing

@testable import EngineIO

/// What waits for a slow client is bounded, whatever its transport, and volatile messages never add to it.
struct BacklogTests {
    private let kilobyte = String(repeating: "x", count: 1_000)

    private func sendVolatile(_ text: String, to session: EngineIOSession) {
        session.send(EngineIOOutgoing(text: ByteBuffer(string: text)), isVolatile: true)
    }

    @Test func volatileMessagesGoToAWebSocketThatKeepsUpOnly() async throws {
        let client = try EmbeddedClient { $0.maxBufferedPackets = 3 }
        let session = try await client.session()
        _ = try client.received()
        sendVolatile("first", to: session)
        #expect(try client.received() == [.text("4first")])
        try client.setStalled(true)
        for _ in 0..<100 { sendVolatile("dropped", to: session) }
        session.send("kept")
        client.loop.run()
        try client.setStalled(false)
        sendVolatile("last", to: session)
        #expect(try client.received() == [.text("4kept"), .text("4last")])
        #expect(try await client.records() == [.opened])
    }

    @Test func volatileMessagesAreDroppedBehindAHop() async throws {
        let client = try EmbeddedClient(hops: true) { $0.maxBufferedPackets = 3 }
        client.loop.run()
        let session = try await client.session()
        _ = try client.received()
        sendVolatile("first", to: session)
        #expect(try client.received() == [.text("4first")])
        try client.setStalled(true)
        for _ in 0..<20 {
            sendVolatile("dropped", to: session)
            client.loop.run()
            client.channelLoop.run()
        }
        session.send("kept")
        client.loop.run()
        client.channelLoop.run()
        try client.setStalled(false)
        sendVolatile("last", to: session)
        #expect(try client.received() == [.text("4kept"), .text("4last")])
        #expect(try await client.records() == [.opened])
    }

    @Test func volatileMessagesAreDroppedWhileTheOtherLoopIsBusy() async throws {
        let client = try EmbeddedClient(hops: true) {
            $0.volatileBacklogPackets = 2
            $0.maxBufferedPackets = 10
        }
        client.loop.run()
        let session = try await client.session()
        _ = try client.received()
        for number in 0..<100 { sendVolatile("\(number)", to: session) }
        client.loop.run()
        #expect(try client.received() == [.text("40"), .text("41"), .text("42")])
        #expect(try await client.records() == [.opened])
    }

    @Test(arguments: [(5, 1_000_000), (1_000, 5_000)])
    func aLoopThatTakesNothingIsBounded(packets: Int, bytes: Int) async throws {
        let client = try EmbeddedClient(hops: true) {
            $0.maxBufferedPackets = packets
            $0.maxBufferedBytes = bytes
        }
        client.loop.run()
        let session = try await client.session()
        _ = try client.received()
        for _ in 0..<4 {
            session.send(kilobyte)
            client.loop.run()
        }
        #expect(try await client.records() == [.opened])
        for _ in 0..<2 { session.send(kilobyte) }
        client.loop.run()
        #expect(try await client.records() == [.closed(.transportError)])
        #expect(client.engine.server.sessionCount == 0)
        client.channelLoop.run()
        #expect(!client.channel.isActive)
    }

    @Test func aStalledWebSocketBehindAHopIsClosed() async throws {
        let client = try EmbeddedClient(hops: true) { $0.maxBufferedPackets = 3 }
        client.loop.run()
        let session = try await client.session()
        _ = try client.received()
        try client.setStalled(true)
        for _ in 0..<4 {
            session.send("x")
            client.loop.run()
            client.channelLoop.run()
        }
        client.loop.run()
        #expect(try await client.records() == [.opened, .closed(.transportError)])
        #expect(client.engine.server.sessionCount == 0)
    }

    @Test func aSlowClientThatGoesOnTakingIsNotClosed() async throws {
        let client = try EmbeddedClient { $0.maxBufferedBytes = 10_000 }
        let session = try await client.session()
        _ = try client.received()
        try client.setStalled(true)
        // Never writable, yet never more than five wait.
        for _ in 0..<20 {
            for _ in 0..<5 { session.send(kilobyte) }
            client.loop.run()
            try client.drainOnce()
        }
        #expect(try await client.records() == [.opened])
        for _ in 0..<12 { session.send(kilobyte) }
        client.loop.run()
        #expect(try await client.records() == [.closed(.transportError)])
    }

    @Test func volatileMessagesAreDroppedByPolling() async throws {
        for configure in [
            { (configuration: inout EngineIOConfiguration) in configuration.volatileBacklogPackets = 1 },
            { $0.volatileBacklogBytes = 3 },
        ] {
            let engine = TestEngine(group: MultiThreadedEventLoopGroup.singleton) {
                configure(&$0)
                $0.maxBufferedPackets = 4
            }
            let (id, session) = try await engine.open()
            for number in 0..<10 { sendVolatile("\(number)", to: session) }
            session.send("kept")
            #expect(await engine.poll(id) == (200, "40\u{1e}41\u{1e}4kept"))
            sendVolatile("again", to: session)
            #expect(await engine.poll(id) == (200, "4again"))
            #expect(engine.records.count == 0)
        }
    }

    @Test func whatWaitsDuringAnUpgradeIsBounded() async throws {
        let engine = TestEngine(group: MultiThreadedEventLoopGroup.singleton) { $0.maxBufferedPackets = 4 }
        let server = try await LoopbackServer(engine: engine.server, group: MultiThreadedEventLoopGroup.singleton)
        let (id, session) = try await engine.open()
        let websocket = try await RawClient(port: server.port)
        #expect(try await websocket.upgrade("EIO=4&transport=websocket&sid=\(id)") == 101)
        websocket.send(textFrame("2probe"))
        #expect(try await websocket.frame() == .text("3probe"))
        for _ in 0..<5 { session.send("x") }
        #expect(try await engine.records.next() == .closed(.transportError))
        #expect(try await websocket.frame() == .close(1002))
        try await server.close()
    }

    @Test func correctionsFollowTheBytes() {
        var backlog = WriteBacklog()
        for _ in 0..<10 { backlog.add(100) }
        backlog.correct(actual: 2_000)
        #expect(backlog.bytes == 1_000)
        backlog.correct(actual: 250)
        #expect(backlog.bytes == 250)
        #expect(backlog.writes == 3)
        backlog.correct(actual: 0)
        #expect(backlog.writes == 0)
        backlog.correct(actual: 0)
        #expect(backlog.bytes == 0)
    }
}
