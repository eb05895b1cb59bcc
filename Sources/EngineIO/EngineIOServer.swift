import Logging
import NIOCore

/// An Engine.IO (protocol 4) server: sessions over HTTP polling and WebSocket.
///
/// It listens by itself with ``listen(host:port:options:)``. An HTTP server that is there already hands requests to
/// `respond` and sets its connections up with `configureHTTPServerPipeline` instead.
public final class EngineIOServer: Sendable {
    /// As given.
    public let configuration: EngineIOConfiguration

    let logger: Logger
    let registry: SessionRegistry
    let makeHandler: @Sendable (EngineIOSession) -> any EngineIOSessionHandler
    let group: any EventLoopGroup
    let listeners = ListenerRegistry()
    private let loops: [ObjectIdentifier: LoopState]

    /// - Parameters:
    ///   - eventLoopGroup: where sessions live; `makeIterator` must list its loops. Give the HTTP server's, so that
    ///     websockets need no hop.
    ///   - makeHandler: makes the application side of each session; called on the session's loop.
    public init(
        configuration: EngineIOConfiguration = EngineIOConfiguration(), eventLoopGroup: any EventLoopGroup,
        logger: Logger, makeHandler: @escaping @Sendable (EngineIOSession) -> any EngineIOSessionHandler
    ) {
        self.configuration = configuration
        self.group = eventLoopGroup
        self.logger = logger
        self.makeHandler = makeHandler
        self.registry = SessionRegistry(
            maxSessions: configuration.maxSessions, admissionGrace: configuration.admissionGrace)
        self.loops = Dictionary(
            eventLoopGroup.makeIterator().map {
                (ObjectIdentifier($0), LoopState(eventLoop: $0, configuration: configuration))
            },
            uniquingKeysWith: { first, _ in first })
    }

    /// Sessions that are open, or still saying goodbye.
    public var sessionCount: Int { registry.count }

    /// The same by the transport that they use now.
    public var sessionCounts: (polling: Int, websocket: Int) { registry.counts }

    /// Whether a request to this target (path and query) is its own.
    package func serves(target: String) -> Bool { EngineIOQuery(target: target).isPath(configuration.path) }

    /// Stops listening, refuses new sessions, closes all as ``EngineIOCloseReason/serverShuttingDown`` and returns when the
    /// last is gone, and with it every connection of its listeners. What takes longer than `deadline` is dropped.
    public func shutdown(deadline: Duration) async {
        let end = ContinuousClock.now + deadline
        let listeners = listeners.shutDown()
        for listener in listeners { listener.stopAccepting() }
        await closeSessions(deadline: deadline)
        for listener in listeners { await listener.close(deadline: max(end - .now, .zero)) }
    }

    private func closeSessions(deadline: Duration) async {
        let empty = group.any().makePromise(of: Void.self)
        for session in registry.shutDown(empty: empty) {
            session.close(reason: .serverShuttingDown)
        }
        let timer = group.any().scheduleTask(in: TimeAmount(deadline)) { [self] in
            for session in registry.all {
                session.eventLoop.execute { session.abort(reason: .serverShuttingDown) }
            }
        }
        // The promise is only ever succeeded.
        try? await empty.futureResult.get()
        timer.cancel()
    }

    /// The home of a new polling session.
    func nextLoop() -> LoopState {
        loop(for: group.next())
    }

    /// The home of a websocket's session: its own loop, or any of the group's when it comes from elsewhere.
    func loop(for eventLoop: any EventLoop) -> LoopState {
        loops[ObjectIdentifier(eventLoop)] ?? loops[ObjectIdentifier(group.any())]
            // Only of a group that hands out a loop it does not list: timers are then not shared, which is slower but right.
            ?? LoopState(eventLoop: group.any(), configuration: configuration)
    }
}
