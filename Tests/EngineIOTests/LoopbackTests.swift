import NIOCore
import NIOPosix
import SocketTestKit
import Testing

@testable import EngineIO

/// Over real sockets, with an HTTP server in front.
struct LoopbackTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    private func server(
        _ configure: (inout EngineIOConfiguration) -> Void = { _ in }
    ) async throws -> (engine: TestEngine, port: Int, server: LoopbackServer) {
        let engine = TestEngine(group: group, configure)
        let server = try await LoopbackServer(engine: engine.server, group: group)
        return (engine, server.port, server)
    }

    /// Opens a polling session on its own connection.
    private func open(_ engine: TestEngine, _ client: RawClient) async throws -> EngineIOSession {
        let answer = try await client.get("EIO=4&transport=polling")
        #expect(answer.status == 200)
        #expect(answer.body.hasPrefix(#"0{"sid":""#))
        #expect(try await engine.records.next() == .opened)
        return try await engine.sessions.next()
    }

    @Test func directWebSocket() async throws {
        let (engine, port, server) = try await server()
        let client = try await RawClient(port: port)
        #expect(try await client.upgrade("EIO=4&transport=websocket&token=a%20b") == 101)
        let opening = try await client.frame()
        #expect(String(decoding: opening.payload, as: UTF8.self).hasPrefix(#"0{"sid":""#))
        #expect(try await engine.records.next() == .opened)
        let session = try await engine.sessions.next()
        #expect(session.handshake.query["token"] == "a b")
        #expect(session.handshake.transport == .websocket)
        client.send(textFrame("4hello"))
        #expect(try await engine.records.next() == .text("hello"))
        session.send("answer")
        #expect(try await client.frame() == .text("4answer"))
        client.send(clientFrame(8, [0x03, 0xe8]))
        #expect(try await client.frame() == .close(1000))
        #expect(try await engine.records.next() == .closed(.transportClose))
        #expect(try await client.ends())
        try await server.close()
    }

    /// `waits`: whether a poll is parked when the probe comes.
    @Test(arguments: [true, false], [0, 1, 2, 3])
    func upgradeFromPolling(waits: Bool, attempt: Int) async throws {
        let (engine, port, server) = try await server()
        let polling = try await RawClient(port: port)
        let session = try await open(engine, polling)
        let query = "EIO=4&transport=polling&sid=\(session.id)"
        async let parked: (status: Int, body: String)? = waits ? polling.get(query) : nil
        while waits, try await session.eventLoop.submit({ session.poll == nil }).get() { await Task.yield() }

        let websocket = try await RawClient(port: port)
        #expect(try await websocket.upgrade("EIO=4&transport=websocket&sid=\(session.id)") == 101)
        websocket.send(textFrame("2probe"))
        #expect(try await websocket.frame() == .text("3probe"))
        if let answer = try await parked { #expect(answer == (200, "6")) }
        for text in ["one", "two", "three"] { session.send(text) }
        websocket.send(textFrame("5") + textFrame("4hello"))
        #expect(try await websocket.frame() == .text("4one"))
        #expect(try await websocket.frame() == .text("4two"))
        #expect(try await websocket.frame() == .text("4three"))
        #expect(try await engine.records.next() == .text("hello"))
        #expect(try await session.eventLoop.submit { session.transport }.get() == .websocket)

        let late = try await RawClient(port: port)
        #expect(try await late.get(query) == (400, #"{"code":3,"message":"Bad request"}"#))
        #expect(try await late.post(query, "4x") == (400, #"{"code":3,"message":"Bad request"}"#))
        try await websocket.close()
        #expect(try await engine.records.next() == .closed(.transportClose))
        try await server.close()
    }

    @Test func pollDuringTheUpgradeIsAnsweredAtOnce() async throws {
        let (engine, port, server) = try await server()
        let polling = try await RawClient(port: port)
        let session = try await open(engine, polling)
        let query = "EIO=4&transport=polling&sid=\(session.id)"
        let websocket = try await RawClient(port: port)
        #expect(try await websocket.upgrade("EIO=4&transport=websocket&sid=\(session.id)") == 101)
        websocket.send(textFrame("2probe"))
        #expect(try await websocket.frame() == .text("3probe"))
        #expect(try await polling.get(query) == (200, "6"))
        session.send("by polling")
        #expect(try await polling.get(query) == (200, "4by polling"))
        #expect(try await polling.post(query, "4up") == (200, "ok"))
        #expect(try await engine.records.next() == .text("up"))
        // The websocket goes away before it took over.
        try await websocket.close()
        while try await session.eventLoop.submit({ !session.state.acceptsUpgrade }).get() { await Task.yield() }
        session.send("still here")
        #expect(try await polling.get(query) == (200, "4still here"))
        try await server.close()
    }

    @Test func upgradeThatDoesNotCompleteIsGivenUp() async throws {
        let (engine, port, server) = try await server { $0.upgradeTimeout = .milliseconds(20) }
        let polling = try await RawClient(port: port)
        let session = try await open(engine, polling)
        let websocket = try await RawClient(port: port)
        #expect(try await websocket.upgrade("EIO=4&transport=websocket&sid=\(session.id)") == 101)
        #expect(try await websocket.frame() == .close(1000))
        session.send("x")
        #expect(try await polling.get("EIO=4&transport=polling&sid=\(session.id)") == (200, "4x"))
        try await server.close()
    }

    @Test(arguments: ["4early", "5", "2", "2other"])
    func upgradeMustBeginWithAProbe(text: String) async throws {
        let (engine, port, server) = try await server()
        let session = try await open(engine, RawClient(port: port))
        let websocket = try await RawClient(port: port)
        #expect(try await websocket.upgrade("EIO=4&transport=websocket&sid=\(session.id)") == 101)
        websocket.send(textFrame(text))
        #expect(try await websocket.frame() == .close(1002))
        #expect(try await session.eventLoop.submit { session.state.acceptsUpgrade }.get())
        try await server.close()
    }

    @Test func refusedUpgradesGetTheReferencesErrors() async throws {
        let (_, port, server) = try await server()
        for (query, extra, status) in [
            ("EIO=4&transport=websocket&sid=nobody", "", 400), ("EIO=3&transport=websocket", "", 400),
            ("EIO=4&transport=pigeon", "", 400), ("EIO=4&transport=websocket", "Origin: https://evil.example\r\n", 403),
        ] {
            let client = try await RawClient(port: port)
            #expect(try await client.upgrade(query, extra: extra) == status)
            #expect(try await client.ends())
        }
        try await server.close()
    }

    @Test func aKeptAliveConnectionMayStillBecomeAWebSocket() async throws {
        let (engine, port, server) = try await server()
        let client = try await RawClient(port: port)
        let session = try await open(engine, client)
        #expect(try await client.upgrade("EIO=4&transport=websocket&sid=\(session.id)") == 101)
        client.send(textFrame("2probe"))
        #expect(try await client.frame() == .text("3probe"))
        try await server.close()
    }

    @Test func anUpgradeWaitsForTheAnswerBeforeIt() async throws {
        let (engine, port, server) = try await server()
        let client = try await RawClient(port: port)
        let session = try await open(engine, client)
        // A poll that waits, and the upgrade behind it on the same connection.
        client.send("GET /socket.io/?EIO=4&transport=polling&sid=\(session.id) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.send(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        session.send("x")
        #expect(try await client.response() == (200, "4x"))
        #expect(try await client.response().status == 101)
        try await server.close()
    }

    @Test func foreignUpgradesAreOrdinaryRequests() async throws {
        let (_, port, server) = try await server()
        let client = try await RawClient(port: port)
        client.send(
            "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        )
        #expect(try await client.response().status == 200)
        let malformed = try await RawClient(port: port)
        malformed.send("NO HTTP AT ALL\r\n\r\n")
        #expect(try await malformed.response().status == 400)
        #expect(try await malformed.ends())
        try await server.close()
    }

    /// Its field is then not meant for this server, and the decoder reads what follows as another request.
    @Test func upgradeWithoutTheConnectionsOptionIsAnOrdinaryRequest() async throws {
        let (_, port, server) = try await server()
        let client = try await RawClient(port: port)
        client.send(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n"
                + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        #expect(try await client.response().status == 400)
        try await server.close()
    }

    @Test func upgradeWithABodyIsAnOrdinaryRequest() async throws {
        let (_, port, server) = try await server()
        let client = try await RawClient(port: port)
        #expect(
            try await client.upgrade("EIO=4&transport=websocket", extra: "Content-Length: 1\r\n", body: [0x78]) == 400)
        try await server.close()
    }

    @Test func framesRightBehindTheRequestAreNotLost() async throws {
        let (engine, port, server) = try await server()
        let client = try await RawClient(port: port)
        #expect(try await client.upgrade("EIO=4&transport=websocket", body: textFrame("4early")) == 101)
        #expect(try await engine.records.next() == .opened)
        #expect(try await engine.records.next() == .text("early"))
        try await server.close()
    }

    @Test func requestInPiecesIsUpgraded() async throws {
        let (engine, port, server) = try await server()
        let client = try await RawClient(port: port)
        for byte in RawClient.upgradeRequest("EIO=4&transport=websocket").utf8 { client.send([byte]) }
        #expect(try await client.response().status == 101)
        #expect(try await engine.records.next() == .opened)
        try await server.close()
    }

    @Test func secondUpgradeOfASessionIsRefused() async throws {
        let (engine, port, server) = try await server()
        let session = try await open(engine, RawClient(port: port))
        let first = try await RawClient(port: port)
        #expect(try await first.upgrade("EIO=4&transport=websocket&sid=\(session.id)") == 101)
        let second = try await RawClient(port: port)
        #expect(try await second.upgrade("EIO=4&transport=websocket&sid=\(session.id)") == 400)
        try await server.close()
    }

    @Test func clientThatLeavesItsPollClosesTheSession() async throws {
        let (engine, port, server) = try await server()
        let polling = try await RawClient(port: port)
        let session = try await open(engine, polling)
        polling.send("GET /socket.io/?EIO=4&transport=polling&sid=\(session.id) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while try await session.eventLoop.submit({ session.poll == nil }).get() { await Task.yield() }
        try await polling.close()
        #expect(try await engine.records.next() == .closed(.transportError))
        try await server.close()
    }

    @Test func backpressureReachesAWebSocketOnAnotherLoop() async throws {
        let (engine, port, server) = try await server()
        // Sessions go round the loops, so of several some have their websocket elsewhere.
        for _ in 0..<4 {
            let session = try await open(engine, RawClient(port: port))
            let websocket = try await RawClient(port: port)
            #expect(try await websocket.upgrade("EIO=4&transport=websocket&sid=\(session.id)") == 101)
            websocket.send(textFrame("2probe"))
            #expect(try await websocket.frame() == .text("3probe"))
            websocket.send(textFrame("5"))
            while try await session.eventLoop.submit({ session.transport == .polling }).get() { await Task.yield() }
            try await session.eventLoop.submit { session.pauseReading() }.get()
            for number in 0..<1_000 { websocket.send(textFrame("4\(number)")) }
            #expect(engine.records.count == 0)
            try await session.eventLoop.submit { session.resumeReading() }.get()
            for number in 0..<1_000 { #expect(try await engine.records.next() == .text("\(number)")) }
            session.close()
            #expect(try await websocket.frame() == .close(1000))
            #expect(try await engine.records.next() == .closed(.forcedClose))
        }
        try await server.close()
    }

    @Test func peerThatDoesNotReadIsClosedAtTheBound() async throws {
        let (engine, port, server) = try await server { $0.maxBufferedBytes = 1_000_000 }
        let client = try await RawClient(port: port)
        #expect(try await client.upgrade("EIO=4&transport=websocket") == 101)
        _ = try await client.frame()
        try await client.setReading(false)
        #expect(try await engine.records.next() == .opened)
        let session = try await engine.sessions.next()
        let block = EngineIOOutgoing(text: ByteBuffer(repeating: 0x78, count: 100_000))
        // More than the kernel buffers and the bound together.
        for _ in 0..<1_000 { session.send(block) }
        #expect(try await engine.records.next() == .closed(.transportError))
        try await server.close()
    }

    @Test func shutdownClosesWebSockets() async throws {
        let (engine, port, server) = try await server()
        let client = try await RawClient(port: port)
        #expect(try await client.upgrade("EIO=4&transport=websocket") == 101)
        _ = try await client.frame()
        async let shutdown: Void = engine.server.shutdown(deadline: .seconds(10))
        #expect(try await client.frame() == .close(1001))
        client.send(clientFrame(8, [0x03, 0xe9]))
        await shutdown
        #expect(engine.server.sessionCount == 0)
        try await server.close()
    }
}
