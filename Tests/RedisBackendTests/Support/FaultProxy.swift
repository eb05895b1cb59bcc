import NIOCore
import NIOPosix
import Synchronization

/// Stands between a client and a server and does what networks do.
final class FaultProxy: Sendable {
    private struct State {
        var listener: (any Channel)?
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isStalled = false
    }

    private static let group = MultiThreadedEventLoopGroup.singleton

    let port: Int
    private let upstream: (host: String, port: Int)
    private let state = Mutex(State())

    /// Listens unless told otherwise.
    init(to upstream: (host: String, port: Int), isListening: Bool = true) async throws {
        self.upstream = upstream
        // Bound once to find a port that is free.
        let probe = try await ServerBootstrap(group: Self.group).bind(host: "127.0.0.1", port: 0).get()
        port = probe.localAddress?.port ?? 0
        try await probe.close()
        if isListening { try await listen() }
    }

    func url(_ userInfo: String = "", database: Int = 0) -> String {
        "redis://\(userInfo)127.0.0.1:\(port)/\(database)"
    }

    /// Both sides of each connection.
    var channelCount: Int { state.withLock { $0.channels.count } }

    func listen() async throws {
        let upstream = upstream
        let channel = try await ServerBootstrap(group: Self.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { downstream in
                self.add(downstream)
                return ClientBootstrap(group: downstream.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .connect(host: upstream.host, port: upstream.port)
                    .flatMapThrowing { channel in
                        try channel.pipeline.syncOperations.addHandler(Forwarder(to: downstream, of: self))
                        try downstream.pipeline.syncOperations.addHandler(Forwarder(to: channel, of: self))
                        self.add(channel)
                    }
            }
            .bind(host: "127.0.0.1", port: port).get()
        state.withLock { $0.listener = channel }
    }

    /// From now on connections are refused; those that are open stay.
    func refuse() async throws {
        let listener = state.withLock { state in
            defer { state.listener = nil }
            return state.listener
        }
        try await listener?.close()
    }

    /// Cuts all connections.
    func cut() async {
        let channels = state.withLock { Array($0.channels.values) }
        for channel in channels { try? await channel.close() }
    }

    /// From now on connections stay open and carry nothing.
    func stall() { state.withLock { $0.isStalled = true } }

    /// Carries on, with what has been waiting too.
    func resume() {
        let channels = state.withLock { state in
            state.isStalled = false
            return Array(state.channels.values)
        }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(Resumed()) }
    }

    func close() async throws {
        try await refuse()
        await cut()
    }

    private func add(_ channel: any Channel) {
        state.withLock { $0.channels[ObjectIdentifier(channel)] = channel }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
        }
    }

    private struct Resumed {}

    private final class Forwarder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let target: any Channel
        private let proxy: FaultProxy
        /// What came after the stall began, in one read that had been asked for before.
        private var held: [ByteBuffer] = []

        init(to target: any Channel, of proxy: FaultProxy) {
            self.target = target
            self.proxy = proxy
        }

        func handlerAdded(context: ChannelHandlerContext) {
            if context.channel.isActive { read(context) }
        }

        func channelActive(context: ChannelHandlerContext) {
            read(context)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if proxy.state.withLock({ $0.isStalled }) {
                held.append(unwrapInboundIn(data))
            } else {
                target.writeAndFlush(unwrapInboundIn(data), promise: nil)
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard event is Resumed else { return context.fireUserInboundEventTriggered(event) }
            for buffer in held { target.writeAndFlush(buffer, promise: nil) }
            held = []
            read(context)
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            read(context)
        }

        func channelInactive(context: ChannelHandlerContext) {
            target.close(promise: nil)
        }

        private func read(_ context: ChannelHandlerContext) {
            if !proxy.state.withLock({ $0.isStalled }) { context.read() }
        }
    }
}
