import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import SocketTestKit
import Testing

@testable import EngineIO

/// What a listener can't do, and how it ends.
@Suite(.timeLimit(.minutes(1)))
struct ListenerEndTests {
    private let engine = TestEngine(group: MultiThreadedEventLoopGroup.singleton) {
        $0.closeTimeout = .milliseconds(100)
    }

    @Test func aPortInUseIsSaid() async throws {
        let listener = try await engine.server.listen(port: 0)
        let error = await #expect(throws: EngineIOListenError.self) {
            try await engine.server.listen(port: listener.port)
        }
        #expect(error?.reason == .addressInUse)
        #expect(error.map { "\($0)" } == "127.0.0.1 port \(listener.port) is in use.")
        await engine.server.shutdown(deadline: .seconds(10))
    }

    @Test(arguments: [
        ("192.0.2.1", 0, EngineIOListenError.Reason.addressNotAvailable), ("127.0.0.1", 65_536, .unknownHost),
        ("127.0.0.1", -1, .unknownHost), ("no.such.host.invalid", 0, .unknownHost),
    ])
    func anAddressThatIsNoneIsSaid(host: String, port: Int, reason: EngineIOListenError.Reason) async throws {
        let error = await #expect(throws: EngineIOListenError.self) {
            try await engine.server.listen(host: host, port: port)
        }
        #expect(error?.reason == reason)
    }

    @Test func aServerThatWasShutDownDoesNotListen() async throws {
        await engine.server.shutdown(deadline: .seconds(10))
        let error = await #expect(throws: EngineIOListenError.self) { try await engine.server.listen(port: 0) }
        #expect(error?.reason == .shutDown)
    }

    @Test func aShutdownEndsEverything() async throws {
        let listener = try await engine.server.listen(port: 0)
        let idle = try await RawClient(port: listener.port)
        #expect(try await idle.get("transport=none").status == 400)
        let websocket = try await RawClient(port: listener.port)
        #expect(try await websocket.upgrade("EIO=4&transport=websocket") == 101)
        _ = try await websocket.frame()
        let polling = try await RawClient(port: listener.port)
        #expect(try await polling.get("EIO=4&transport=polling").status == 200)
        for _ in 0..<2 { #expect(try await engine.records.next() == .opened) }
        _ = try await engine.sessions.next()
        let session = try await engine.sessions.next()
        async let parked = polling.get("EIO=4&transport=polling&sid=\(session.id)")
        while try await session.eventLoop.submit({ session.poll == nil }).get() { await Task.yield() }

        async let ended: Void = engine.server.shutdown(deadline: .seconds(30))
        #expect(try await websocket.frame() == .close(1001))
        websocket.send(clientFrame(8, [0x03, 0xe9]))
        #expect(try await parked.body == "1")
        #expect(try await idle.ends())
        #expect(try await polling.ends())
        await ended
        await listener.wait()
        #expect(listener.connectionCount == 0)
    }

    @Test func closingAListenerLeavesTheOther() async throws {
        let first = try await engine.server.listen(port: 0)
        let second = try await engine.server.listen(port: 0)
        let websocket = try await RawClient(port: first.port)
        #expect(try await websocket.upgrade("EIO=4&transport=websocket") == 101)
        _ = try await websocket.frame()
        async let closed: Void = first.close(deadline: .seconds(30))
        #expect(try await websocket.frame() == .close(1001))
        websocket.send(clientFrame(8, [0x03, 0xe9]))
        await closed
        #expect(first.connectionCount == 0)
        let other = try await RawClient(port: second.port)
        #expect(try await other.get("EIO=4&transport=polling").status == 200)
        await engine.server.shutdown(deadline: .seconds(1))
    }

    /// A client that does not go is dropped at the deadline.
    @Test func aDeadlineIsKept() async throws {
        let never = Mailbox<Void>()
        var options = EngineIOListenOptions()
        options.onRequest = { _, _, _ in
            try? await never.next(limit: .seconds(60))
            return nil
        }
        let listener = try await engine.server.listen(port: 0, options: options)
        let client = try await RawClient(port: listener.port)
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        while listener.connectionCount == 0 { await Task.yield() }
        await listener.close(deadline: .milliseconds(1))
        #expect(try await client.ends())
        never.put(())
    }

    @Test func cancellingARunEndsIt() async throws {
        let listening = Mailbox<EngineIOListener>()
        let server = engine.server
        let run = Task { try await server.run(port: 0) { listening.put($0) } }
        let listener = try await listening.next()
        #expect(try await RawClient(port: listener.port).get("EIO=4&transport=polling").status == 200)
        run.cancel()
        try await run.value
        #expect(listener.connectionCount == 0)
        #expect(server.sessionCount == 0)
    }

    /// What `tls` adds stands below HTTP; what it throws closes the connection.
    @Test func tlsStandsBelowHTTP() async throws {
        var options = EngineIOListenOptions()
        options.tls = { try $0.pipeline.syncOperations.addHandler(Inverter()) }
        options.onRequest = { request, _, _ in EngineIOResponse(status: .ok, text: request.scheme ?? "") }
        let listener = try await engine.server.listen(port: 0, options: options)
        let client = try await RawClient(port: listener.port)
        client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".utf8.map { ~$0 })
        var received = ""
        while let chunk = try? await client.read({ $0.readInteger(as: UInt8.self) }) {
            received.unicodeScalars.append(Unicode.Scalar(~chunk))
        }
        #expect(received.hasPrefix("HTTP/1.1 200 OK\r\n") && received.hasSuffix("https"))
        await engine.server.shutdown(deadline: .seconds(10))
    }

    /// Which an application may want to know.
    @Test func aHandshakeSaysWhetherThereIsTLS() async throws {
        func isSecure(_ tls: Bool, _ transport: String, _ fields: String) async throws -> Bool {
            var options = EngineIOListenOptions()
            if tls { options.tls = { try $0.pipeline.syncOperations.addHandler(Inverter()) } }
            let listener = try await engine.server.listen(port: 0, options: options)
            let client = try await RawClient(port: listener.port)
            let request = "GET /socket.io/?EIO=4&transport=\(transport) HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
            client.send(request.utf8.map { tls ? ~$0 : $0 })
            let session = try await engine.sessions.next()
            #expect(session.handshake.target == "/socket.io/?EIO=4&transport=\(transport)")
            return session.handshake.isSecure
        }
        let upgrade =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        for tls in [true, false] {
            #expect(try await isSecure(tls, "polling", "") == tls)
            #expect(try await isSecure(tls, "websocket", upgrade) == tls)
        }
        await engine.server.shutdown(deadline: .seconds(10))
    }

    @Test func aConnectionWithoutTLSIsClosed() async throws {
        struct NoCertificate: Error {}
        var options = EngineIOListenOptions()
        options.tls = { _ in throw NoCertificate() }
        let listener = try await engine.server.listen(port: 0, options: options)
        #expect(try await RawClient(port: listener.port).ends())
        await engine.server.shutdown(deadline: .seconds(10))
    }
}

/// Stands in for encryption: turns every bit around.
private final class Inverter: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(Self.inverted(unwrapInboundIn(data))))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(wrapOutboundOut(Self.inverted(unwrapOutboundIn(data))), promise: promise)
    }

    private static func inverted(_ buffer: ByteBuffer) -> ByteBuffer {
        ByteBuffer(bytes: buffer.readableBytesView.map { ~$0 })
    }
}
