import EngineIO
import Logging
import NIOCore
import NIOEmbedded
import SocketTestKit

/// An Engine.IO server whose loop and clock are the run's own, and connections made of the bytes of an input.
struct EmbeddedServer {
    static let maxPayload = 2_000

    let loop = EmbeddedEventLoop()
    let engine: EngineIOServer
    let log = SessionLog()

    init() {
        var configuration = EngineIOConfiguration()
        configuration.maxPayload = Self.maxPayload
        configuration.maxBufferedBytes = 100_000
        configuration.maxBufferedPackets = 500
        engine = EngineIOServer(
            configuration: configuration, eventLoopGroup: loop,
            logger: Logger(label: "fuzz", factory: { _ in SwiftLogNoOpLogHandler() })
        ) { [log] in ObedientHandler(session: $0, log: log) }
    }

    /// A new connection that is set up by `configure`, gets the input in pieces and is then left alone, or ended.
    ///
    /// - Returns: what was written to it, and what the application was told.
    func connection(
        _ input: [UInt8], piecesSeed: UInt64, endsByPeer: Bool, configure: (EmbeddedChannel) throws -> Void
    ) throws -> (output: ByteBuffer, records: [SessionLog.Record]) {
        let channel = EmbeddedChannel(loop: loop)
        // An embedded channel is active only once it is connected.
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try configure(channel)
        loop.run()
        var output = ByteBuffer()
        var random = SeededGenerator(seed: piecesSeed)
        var rest = input[...]
        while !rest.isEmpty, channel.isActive {
            let piece = rest.prefix(piecesSeed == 0 ? rest.count : .random(in: 1...8, using: &random))
            rest = rest.dropFirst(piece.count)
            // A decoder's error also comes out here; the handlers have had it.
            _ = try? channel.writeInbound(ByteBuffer(bytes: piece))
            if Bool.random(using: &random) { loop.run() }
        }
        loop.run()
        // For what is paused or answered later.
        loop.advanceTime(by: .milliseconds(5))
        if endsByPeer {
            channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            loop.run()
        } else {
            // A ping, its timeout, the time for a polite close.
            loop.advanceTime(by: .seconds(120))
        }
        while var more = try channel.readOutbound(as: ByteBuffer.self) { output.writeBuffer(&more) }
        let wasActive = channel.isActive
        // Not `finish`, which would take the timers of the whole loop with it.
        channel.close(promise: nil)
        loop.advanceTime(by: .seconds(120))
        try require(
            try channel.readOutbound(as: ByteBuffer.self) == nil, "something was written to a closed connection")
        try require(engine.sessionCount == 0, "\(engine.sessionCount) sessions are left")
        let records = log.take()
        try SessionLog.check(records)
        try require(records.isEmpty || !wasActive, "the session has ended, its connection has not")
        return (output, records)
    }

    /// Says how an input is cut to pieces, so that it follows from the input alone. Never 0, which is in one piece.
    static func seed(for input: [UInt8]) -> UInt64 {
        input.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } | 1
    }
}
