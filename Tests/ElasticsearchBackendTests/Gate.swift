import MsgKit
import NIOCore
import NIOPosix
import Synchronization

/// Stands between the backend and a real engine, so that a test can take the engine away and give it back.
final class Gate: Sendable {
    private enum Mode { case open, silent, shut }

    private struct State {
        var mode = Mode.open
        var channels: [any Channel] = []
    }

    private let target: (host: String, port: Int)
    private let state = Mutex(State())
    private let listener: Mutex<(any Channel)?> = Mutex(nil)
    private let number = Atomic(0)

    private init(host: String, port: Int) {
        target = (host, port)
    }

    /// Runs a gate before an engine while the body does.
    static func before<Result>(_ engine: (host: String, port: Int), _ body: (Gate) async throws -> Result) async throws
        -> Result
    {
        let gate = Gate(host: engine.host, port: engine.port)
        try await gate.listen(port: 0)
        do {
            let result = try await body(gate)
            await gate.end()
            return result
        } catch {
            await gate.end()
            throw error
        }
    }

    var port: Int { number.load(ordering: .relaxed) }
    var url: Secret { Secret("http://127.0.0.1:\(port)") }

    /// Connections stay and new ones are taken, but nothing passes: a paused process.
    func silence() async {
        state.withLock { $0.mode = .silent }
        await forEach { try? await $0.setOption(.autoRead, value: false).get() }
    }

    /// What was held back passes again.
    func speak() async {
        state.withLock { $0.mode = .open }
        await forEach { try? await $0.setOption(.autoRead, value: true).get() }
    }

    /// Connections are cut; new ones are taken.
    func cut() async { await forEach { try? await $0.close() } }

    /// Connections are cut and new ones refused: an ended process.
    func shut() async {
        let listening = listener.withLock { listener in
            defer { listener = nil }
            return listener
        }
        try? await listening?.close()
        await cut()
    }

    func open() async throws {
        try await listen(port: port)
    }

    private func end() async { await shut() }

    private func forEach(_ action: (any Channel) async -> Void) async {
        for channel in state.withLock({ $0.channels }) { await action(channel) }
    }

    private func keep(_ channel: any Channel) -> Bool {
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { $0.channels.removeAll { $0 === channel } }
        }
        return state.withLock { state in
            state.channels.append(channel)
            return state.mode == .open
        }
    }

    private func listen(port: Int) async throws {
        let (host, targetPort) = target
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { [self] incoming in
                ClientBootstrap(group: incoming.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .connect(host: host, port: targetPort)
                    .flatMapThrowing { outgoing in
                        try incoming.pipeline.syncOperations.addHandler(Relay(to: outgoing))
                        try outgoing.pipeline.syncOperations.addHandler(Relay(to: incoming))
                        for side in [incoming, outgoing] where self.keep(side) {
                            _ = side.setOption(.autoRead, value: true)
                        }
                    }
            }
            .bind(host: "127.0.0.1", port: port).get()
        listener.withLock { $0 = channel }
        number.store(channel.localAddress?.port ?? 0, ordering: .relaxed)
    }

    private final class Relay: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let other: any Channel

        init(to other: any Channel) {
            self.other = other
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            other.close(promise: nil)
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
