import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix
import SocketTestKit
import Synchronization
import Testing

@testable import EngineIO

struct PauseTests {
    @Test(arguments: [1, 2]) func aWebSocketThatTakesOverAPausedSessionIsNotRead(loops: Int) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let engine = TestEngine(group: group)
        let server = try await LoopbackServer(engine: engine.server, group: group)
        let (id, session) = try await engine.open()
        let websocket = try await RawClient(port: server.port)
        let channel = try await server.connections.next()
        #expect(try await websocket.upgrade("EIO=4&transport=websocket&sid=\(id)") == 101)
        websocket.send(textFrame("2probe"))
        #expect(try await websocket.frame() == .text("3probe"))
        try await session.eventLoop.submit { session.pauseReading() }.get()
        websocket.send(textFrame("5") + textFrame("4a"))
        while try await session.eventLoop.submit({ session.transport }).get() != .websocket { await Task.yield() }
        let reads = Reads()
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(reads, position: .first)
        }.get()
        #expect(try await Self.isRead(channel, reads) == false)
        #expect(engine.records.count == 0)
        try await session.eventLoop.submit { session.resumeReading() }.get()
        #expect(try await Self.isRead(channel, reads))
        #expect(try await engine.records.next() == .text("a"))
        websocket.send(textFrame("4b"))
        #expect(try await engine.records.next() == .text("b"))
        try await server.close()
        try await group.shutdownGracefully()
    }

    /// Whether a read that the channel asks for comes to the socket.
    private static func isRead(_ channel: any Channel, _ reads: Reads) async throws -> Bool {
        try await channel.eventLoop.submit {
            let before = reads.count.load(ordering: .relaxed)
            channel.pipeline.read()
            return reads.count.load(ordering: .relaxed) > before
        }.get()
    }

    @Test func whatWaitedIsHandledOneAfterTheOtherWhoeverPausesAgain() throws {
        let loop = EmbeddedEventLoop()
        let handler = PausingHandler()
        let server = EngineIOServer(eventLoopGroup: loop, logger: Logger(label: "test")) { session in
            handler.session = session
            return handler
        }
        let channel = EmbeddedChannel(loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try server.install(
            on: channel,
            head: HTTPRequestHead(version: .http1_1, method: .GET, uri: "/socket.io/?EIO=4&transport=websocket"))
        loop.run()
        handler.session?.pauseReading()
        try channel.writeInbound(ByteBuffer(bytes: (0..<100).flatMap { textFrame("4\($0)") }))
        #expect(handler.messages.isEmpty)
        handler.session?.resumeReading()
        #expect(handler.messages == (0..<100).map { "\($0)" })
        #expect(handler.maxDepth == 1)
        try channel.writeInbound(ByteBuffer(bytes: textFrame("4more")))
        #expect(handler.messages.last == "more")
        handler.session = nil
        _ = try channel.finish()
        loop.run()
    }
}

/// Counts the reads that come to the socket.
private final class Reads: ChannelOutboundHandler, Sendable {
    typealias OutboundIn = ByteBuffer
    let count = Atomic(0)

    func read(context: ChannelHandlerContext) {
        count.add(1, ordering: .relaxed)
        context.read()
    }
}

/// Pauses and resumes its session while it handles a message.
///
/// `@unchecked Sendable`: all is done by the test's thread.
private final class PausingHandler: EngineIOSessionHandler, @unchecked Sendable {
    var session: EngineIOSession?
    private(set) var messages: [String] = []
    private(set) var maxDepth = 0
    private var depth = 0

    func sessionOpened() {}
    func sessionClosed(reason: EngineIOCloseReason) {}

    func messageReceived(_ message: EngineIOMessage) {
        depth += 1
        maxDepth = max(maxDepth, depth)
        if case .text(let text) = message { messages.append(String(buffer: text)) }
        session?.pauseReading()
        session?.resumeReading()
        depth -= 1
    }
}
