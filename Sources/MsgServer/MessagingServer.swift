import EngineIO
import Hummingbird
import HummingbirdCore
import Logging
import MsgKit
import NIOCore
import ServiceLifecycle
import SocketIO

/// The server that people's clients talk to: REST and Socket.IO on one port.
public struct MessagingServer: Service {
    private let responder: RouterResponder<RequestContext>
    private let engine: EngineIOServer
    private let settings: HTTPConnectionSettings
    private let configuration: Configuration.Server
    private let maximumConnections: Int
    private let eventLoopGroup: any EventLoopGroup
    private let onListening: @Sendable (SocketAddress) async -> Void
    private let logger: Logger
    private let clients: ClientAddresses
    private let tls: ServerTLS?

    /// - Parameters:
    ///   - maximumConnections: how many there may be at a time; more wait to be accepted.
    ///   - tls: nil for plain HTTP.
    ///   - metrics: what `/metrics` answers.
    ///   - swaggerUI: what `/api-docs` shows; nil for a plain list.
    ///   - onListening: called once with the address that it listens at.
    public init(
        useCases: UseCases, metrics: MetricsPage, socketIO: SocketIOServer, configuration: Configuration.Server,
        maximumConnections: Int, tls: ServerTLS?, eventLoopGroup: any EventLoopGroup, swaggerUI: SwaggerUI?,
        logger: Logger,
        onListening: @escaping @Sendable (SocketAddress) async -> Void
    ) {
        self.engine = socketIO.engine
        var settings = HTTPConnectionSettings()
        let (engine, maximumBody) = (socketIO.engine, configuration.maxBody)
        settings.maxBody = engine.configuration.maxPayload
        settings.maxBodyOfTarget = { engine.serves(target: $0) ? nil : maximumBody }
        settings.requestTimeout = configuration.requestTimeout
        settings.idleTimeout = configuration.idleTimeout
        let requests = RequestMetrics()
        settings.onRefusal = { requests.refused(status: $0) }
        self.settings = settings
        self.configuration = configuration
        self.maximumConnections = maximumConnections
        self.eventLoopGroup = eventLoopGroup
        self.onListening = onListening
        self.logger = logger
        self.tls = tls
        clients = ClientAddresses(TrustedProxies(configuration.trustedProxies), logger: logger)
        let router = Router(context: RequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestIDMiddleware())
        router.add(
            middleware: RequestMetricsMiddleware(
                metrics: requests, untimedPath: socketIO.engine.configuration.path))
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(
            middleware: CORSMiddleware(
                policy: CORSPolicy(origins: configuration.clientURLs), exceptPath: socketIO.engine.configuration.path))
        router.add(middleware: RateLimitHeadersMiddleware())
        router.add(middleware: ErrorMiddleware(clock: useCases.clock))
        RouteTable(
            routes: Self.routes(
                useCases, metrics: metrics, swaggerUI: swaggerUI, hasChatPage: configuration.chatPage),
            accounts: useCases.accounts, limits: useCases.limits, maximumBody: configuration.maxBody
        ).register(in: router)
        EngineIORoute(engine: engine).register(in: router)
        responder = router.buildResponder()
    }

    /// Everything that answers HTTP, but for Engine.IO. `docs/openapi.json` has the same, as a test sees to.
    static func routes(
        _ useCases: UseCases, metrics: MetricsPage, swaggerUI: SwaggerUI?, hasChatPage: Bool
    ) -> [Route] {
        useCases.routes + metrics.routes + DocumentRoutes(swaggerUI: swaggerUI).routes
            + (hasChatPage ? ChatPageRoutes(registration: useCases.registration).routes : [])
    }

    public func run() async throws {
        try await HTTPServing(
            child: UpgradableHTTPChannel(
                engine: engine, settings: settings, tls: tls,
                responder: HummingbirdResponder(responder, clients: clients, logger: logger)),
            host: configuration.host, port: configuration.port,
            ways: (host: "--host or server.host", port: "--port or server.port"),
            maximumConnections: maximumConnections, eventLoopGroup: eventLoopGroup, logger: logger,
            onListening: onListening
        ).run()
    }
}
