import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import SocketTestKit
import Testing

@testable import EngineIO

/// A websocket client whose channel, loop and clock are the test's own.
final class EmbeddedClient {
    let loop = EmbeddedEventLoop()
    /// Where its channel lives, when that is not where its session does.
    let channelLoop: EmbeddedEventLoop
    let channel: EmbeddedChannel
    let engine: TestEngine

    init(hops: Bool = false, _ configure: (inout EngineIOConfiguration) -> Void = { _ in }) throws {
        channelLoop = hops ? EmbeddedEventLoop() : loop
        channel = EmbeddedChannel(handlers: [StallingHandler()], loop: channelLoop)
        engine = TestEngine(group: loop, configure)
        // An embedded channel is active only once it is connected.
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try engine.server.install(
            on: channel,
            head: HTTPRequestHead(version: .http1_1, method: .GET, uri: "/socket.io/?EIO=4&transport=websocket"))
        loop.run()
    }

    func send(_ bytes: [UInt8]) throws {
        try channel.writeInbound(ByteBuffer(bytes: bytes))
        loop.run()
    }

    /// Frames sent since the last call.
    func received() throws -> [ServerFrame] {
        loop.run()
        channelLoop.run()
        var bytes = ByteBuffer()
        while var more = try channel.readOutbound(as: ByteBuffer.self) { bytes.writeBuffer(&more) }
        return ServerFrame.all(in: bytes)
    }

    /// Whether the network takes nothing, so that what is written waits in the channel.
    func setStalled(_ isStalled: Bool) throws {
        try channel.pipeline.syncOperations.handler(type: StallingHandler.self).isStalled = isStalled
        channel.isWritable = !isStalled
        channel.pipeline.fireChannelWritabilityChanged()
    }

    /// Whether the network takes everything that waits, though more comes before the channel is writable.
    func drainOnce() throws {
        let handler = try channel.pipeline.syncOperations.handler(type: StallingHandler.self)
        handler.isStalled = false
        channel.flush()
        handler.isStalled = true
    }

    /// What the application was told so far.
    func records() async throws -> [Record] {
        var all: [Record] = []
        while engine.records.count > 0 { all.append(try await engine.records.next()) }
        return all
    }

    func session() async throws -> EngineIOSession { try await engine.sessions.next() }
}

/// Keeps flushes from the channel.
private final class StallingHandler: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var isStalled = false

    func flush(context: ChannelHandlerContext) {
        if !isStalled { context.flush() }
    }
}
