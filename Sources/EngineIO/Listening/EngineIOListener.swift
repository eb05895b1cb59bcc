import NIOCore

/// A port that a server listens at.
public final class EngineIOListener: Sendable {
    /// Where it listens, with the port that the system chose when 0 was asked for.
    public let address: SocketAddress

    private let channel: any Channel
    private let connections: OpenConnections
    private let registry: ListenerRegistry

    init(channel: any Channel, address: SocketAddress, connections: OpenConnections, registry: ListenerRegistry) {
        self.channel = channel
        self.address = address
        self.connections = connections
        self.registry = registry
    }

    /// The port in ``address``.
    public var port: Int { address.port ?? 0 }

    /// Connections that are open, websockets included.
    public var connectionCount: Int { connections.count }

    /// Returns when it does not listen any more, whoever ended that.
    public func wait() async {
        // How the channel was closed is told to whoever closed it.
        try? await channel.closeFuture.get()
    }

    /// Stops listening and ends its connections: idle ones at once, others after the answer that is under way, websockets
    /// with code 1001. Returns when the last is gone; what takes longer than `deadline` is dropped.
    ///
    /// A parked poll may take until its next ping. To end the server with all of its sessions, use
    /// ``EngineIOServer/shutdown(deadline:)``, which answers polls and closes listeners.
    public func close(deadline: Duration = .seconds(10)) async {
        stopAccepting()
        await wait()
        registry.remove(self)
        await connections.close(deadline: TimeAmount(deadline), on: channel.eventLoop)
    }

    /// New connections are refused from now on.
    func stopAccepting() {
        channel.close(promise: nil)
    }
}
