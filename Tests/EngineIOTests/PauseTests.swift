import NIOCore
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
