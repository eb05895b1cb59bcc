import EngineIO
import Foundation
import HTTPTypes
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
                metrics: RequestMetrics(), untimedPath: socketIO.engine.configuration.path))
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
            + (hasChatPage ? ChatPageRoutes().routes : [])
    }

    public func run() async throws {
        let onListening = onListening
        let responder = responder
        let logger = logger
        let clients = clients
        let channel = UpgradableHTTPChannel(
            engine: engine, settings: settings, tls: tls,
            responder: HummingbirdResponder { request, channel in
                var context = RequestContext(source: .init(channel: channel, logger: logger))
                context.clientAddress = clients.client(of: context.clientAddress, headers: request.headers)
                do {
                    return try await responder.respond(to: request, context: context)
                } catch {
                    // The middleware answers every error; only one of its own could come here.
                    logger.error("a request was not answered", metadata: ["error": "\(String(reflecting: error))"])
                    return Response(status: .internalServerError)
                }
            })
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil, backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(maximumConnections, logger: logger)),
            onServerRunning: { channel in
                if let address = channel.localAddress { await onListening(address) }
            },
            eventLoopGroup: eventLoopGroup, logger: logger)
        do {
            try await server.run()
            // It has closed the listening socket; the connections end with what they are answering.
            try await server.shutdownGracefully()
        } catch let error as IOError {
            // A port that is taken may become free; what else keeps it from listening does not mend itself.
            throw MsgError(
                error.errnoCode == EADDRINUSE ? .conflict : .configuration, Self.reason(for: error, configuration),
                cause: error)
        } catch let error as SocketAddressError.UnknownHost {
            throw MsgError(
                .configuration,
                "The host \(configuration.host) is not known; choose another with --host or server.host.",
                cause: error)
        }
    }

    private static func reason(for error: IOError, _ configuration: Configuration.Server) -> String {
        let address = "\(configuration.host) port \(configuration.port)"
        switch error.errnoCode {
        case EADDRINUSE:
            return "\(address) is in use by another process; choose another port with --port or server.port."
        case EACCES:
            return "\(address) may not be used by this user; choose a port from 1024 up with --port or server.port."
        case EADDRNOTAVAIL:
            return
                "\(address) can't be listened at: the address is not this machine's; choose another with --host or server.host."
        default:
            return "\(address) can't be listened at: \(error)."
        }
    }
}
