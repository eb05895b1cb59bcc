import EngineIO
import Logging
import NIOCore
import NIOEmbedded
import SocketTestKit
import Testing

@testable import SocketIO

struct EventRateTests {
    /// A server whose time stands until it is told to go on, and on which `/` tells of what it receives as `n`.
    private struct SteppedServer<Item: Decodable & Sendable> {
        let loop = NIOAsyncTestingEventLoop()
        let io: SocketIOServer
        let seen = Mailbox<Item>()

        init(eventsPerSecond: Int, burst: Int) {
            var configuration = SocketIOConfiguration()
            configuration.maxEventsPerSecond = eventsPerSecond
            configuration.eventBurst = burst
            io = SocketIOServer(configuration: configuration, eventLoopGroup: loop, logger: Logger(label: "test"))
            io.on("n") { [seen] _, event in seen.put(try event.decode(Item.self)) }
        }
    }

    @Test func aClientOverItsRateWaitsAndLosesNothing() async throws {
        let server = SteppedServer<Int>(eventsPerSecond: 10, burst: 3)
        let (loop, seen) = (server.loop, server.seen)
        let client = try await PollingClient(server.io.engine)
        // CONNECT has taken the first token.
        #expect(try await client.post("40") == "ok")
        #expect(try await client.poll().hasPrefix("40"))
        async let posted = client.post((1...5).map { "42[\"n\",\($0)]" }.joined(separator: "\u{1e}"))
        #expect(try await seen.next() == 1)
        #expect(try await seen.next() == 2)
        for number in 3...5 {
            await loop.run()
            #expect(seen.count == 0)
            await loop.advanceTime(by: .milliseconds(100))
            #expect(try await seen.next() == number)
        }
        await loop.advanceTime(by: .milliseconds(100))
        #expect(try await posted == "ok")
        // Leaving is not counted.
        #expect(try await client.post("41") == "ok")
        await loop.shutdownGracefully()
    }

    @Test func othersOfTheServerAreNotHeld() async throws {
        let server = SteppedServer<String>(eventsPerSecond: 1, burst: 2)
        let (loop, seen, engine) = (server.loop, server.seen, server.io.engine)
        let (first, second) = (try await PollingClient(engine), try await PollingClient(engine))
        for client in [first, second] { #expect(try await client.post("40") == "ok") }
        async let posted = first.post("42[\"n\",\"first\"]\u{1e}42[\"n\",\"later\"]")
        #expect(try await seen.next() == "first")
        async let other = second.post(#"42["n","second"]"#)
        #expect(try await seen.next() == "second")
        await loop.advanceTime(by: .seconds(1))
        #expect(try await seen.next() == "later")
        await loop.advanceTime(by: .seconds(1))
        #expect(try await posted == "ok")
        #expect(try await other == "ok")
        await loop.shutdownGracefully()
    }

    @Test func aClientThatLeavesWhileItWaitsIsHeardOut() async throws {
        let server = try await TestServer {
            $0.maxEventsPerSecond = 1
            $0.eventBurst = 2
        }
        let seen = Mailbox<String>()
        server.root.on("n") { _, event in seen.put(try event.decode(String.self)) }
        server.root.onDisconnect { seen.put($1.rawValue) }
        let (client, _) = try await server.connect()
        client.send(#"42["n","one"]"#, #"42["n","two"]"#)
        #expect(try await seen.next() == "one")
        client.sendBytes(clientFrame(8, [0x03, 0xe8]))
        #expect(try await seen.next() == "two")
        #expect(try await seen.next() == "transport close")
        try await server.close()
    }

    @Test(arguments: [#"42["a"]"#, "430[]"])
    func aClientOverItsRateIsDisconnectedIfSoConfigured(packet: String) async throws {
        let server = try await TestServer {
            $0.maxEventsPerSecond = 1
            $0.eventBurst = 3
            $0.eventRateExcess = .disconnect
        }
        let reasons = Mailbox<DisconnectReason>()
        server.root.onDisconnect { reasons.put($1) }
        let (client, _) = try await server.connect()
        for _ in 0..<10 { client.send(packet) }
        #expect(try await reasons.next() == .forcedServerClose)
        #expect(try await client.next() == "close 1000")
        try await server.close()
    }

    @Test func whoDoesNotStopIsDisconnected() throws {
        var configuration = SocketIOConfiguration()
        configuration.maxEventsPerSecond = 10
        configuration.eventBurst = 1
        let limiter = try #require(EventRateLimiter(configuration: configuration))
        // 100 ms apart there is always a token, and never one to spare.
        func isHeld(at milliseconds: Int64) -> Bool {
            if case .handleAndWait = limiter.eventReceived(at: .uptimeNanoseconds(0) + .milliseconds(milliseconds)) {
                return true
            }
            return false
        }
        for event in Int64(1)...100 { #expect(isHeld(at: event * 100)) }
        #expect(isHeld(at: 10_100))
        guard case .disconnect = limiter.eventReceived(at: .uptimeNanoseconds(0) + .milliseconds(10_200)) else {
            Issue.record("it was not disconnected")
            return
        }
    }

    @Test func withoutALimitThereIsNoLimiter() {
        #expect(EventRateLimiter(configuration: SocketIOConfiguration()) === nil)
    }
}
