import EngineIO
import Logging
import NIOCore
import NIOPosix

/// A Socket.IO (protocol 5) server on top of an ``EngineIO/EngineIOServer``.
///
/// ```swift
/// let io = SocketIOServer()
/// io.on("hello") { socket, event in
///     try event.ack("hello, \(socket.id)")
/// }
/// try await io.run(port: 3000)
/// ```
public final class SocketIOServer: Sendable {
    /// What an HTTP server of your own hands requests and websockets to; ``listen(host:port:options:)`` needs none.
    public let engine: EngineIOServer

    private let context: ServerContext
    private let namespaces: NamespaceRegistry

    /// - Parameter eventLoopGroup: where sockets live. Give the HTTP server's, so that websockets need no hop. Default:
    ///   one loop per core, shared by the process.
    public init(
        configuration: SocketIOConfiguration = SocketIOConfiguration(),
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger = Logger(label: "socket.io")
    ) {
        let context = ServerContext(configuration: configuration, eventLoopGroup: eventLoopGroup, logger: logger)
        let namespaces = NamespaceRegistry(context: context)
        let timeouts = ConnectTimeouts(context: context)
        self.context = context
        self.namespaces = namespaces
        var engine = configuration.engine
        engine.admissionGrace = engine.admissionGrace ?? configuration.connectGrace
        self.engine = EngineIOServer(
            configuration: engine, eventLoopGroup: eventLoopGroup, logger: logger
        ) { session in
            Connection(session: session, namespaces: namespaces, timeouts: timeouts)
        }
        _ = namespaces.of("/")
        context.cluster?.start(namespaces)
    }

    /// The namespace of this name, made on first use. Clients can only connect to namespaces that were made,
    /// or that a ``ParentNamespace`` admits them to. `/` always was made. The child of a parent is returned while it exists.
    ///
    /// - Parameter name: with or without its leading slash.
    public func of(_ name: String) -> Namespace {
        namespaces.of(name.utf8.first == UInt8(ascii: "/") ? name : "/" + name)
    }

    /// Namespaces that are made when a client connects to one whose name, or the client, `admits` lets pass. Parents are
    /// asked in the order in which they were made; namespaces that the application made by name come first, unasked.
    public func of(matching admits: @escaping ParentNamespace.Predicate) -> ParentNamespace {
        let parent = ParentNamespace(context: context, admits: admits)
        namespaces.add(parent)
        return parent
    }

    /// Called with each namespace that is made from now on, by ``of(_:)`` or as a child of a ``ParentNamespace`` (whose own
    /// ``ParentNamespace/onNewNamespace(_:)`` comes first), before a client can connect to it: the place to give all of them
    /// the same middleware. Known as `new_namespace` elsewhere. When several clients connect to a new child at the same
    /// time, it may be called for a namespace that is then not used. The main namespace was there before.
    ///
    /// Register with the namespace that is passed: a child is not found by its name yet.
    public func onNewNamespace(_ prepare: @escaping @Sendable (Namespace) -> Void) {
        namespaces.onNew(prepare)
    }

    /// All namespaces there are at the moment, in no order.
    public var allNamespaces: [Namespace] { namespaces.all }

    /// Connected sockets of all namespaces.
    public var socketCount: Int { namespaces.all.reduce(0) { $0 + $1.socketCount } }

    /// Stops listening, closes all sessions as ``DisconnectReason/serverShuttingDown``, and returns when every connection is
    /// closed and every handler done, `onDisconnect` included; at the latest after `deadline`. Then it leaves its cluster.
    ///
    /// Clients see a transport that closed, and connect again on their own: to another server, or to this one's successor.
    public func shutdown(deadline: Duration) async {
        let clock = ContinuousClock()
        let end = clock.now + deadline
        await engine.shutdown(deadline: deadline)
        guard let eventLoop = context.eventLoops.first else { return }
        let rest = max(clock.now.duration(to: end), .zero)
        await context.busySockets.waitUntilIdle(limit: TimeAmount(rest), on: eventLoop)
        context.cluster?.stop()
    }
}
