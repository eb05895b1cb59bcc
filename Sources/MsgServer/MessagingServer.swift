import EngineIO
import Foundation
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
    private let configuration: Configuration.Server
    private let eventLoopGroup: any EventLoopGroup
    private let onListening: @Sendable (SocketAddress) async -> Void
    private let logger: Logger

    /// - Parameter onListening: called once with the address that it listens at.
    public init(
        useCases: UseCases, socketIO: SocketIOServer, configuration: Configuration.Server,
        eventLoopGroup: any EventLoopGroup, logger: Logger,
        onListening: @escaping @Sendable (SocketAddress) async -> Void
    ) {
        engine = socketIO.engine
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
        self.onListening = onListening
        self.logger = logger
        let router = Router(context: RequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(
            middleware: CORSMiddleware(
                policy: CORSPolicy(origins: configuration.clientURLs), exceptPath: socketIO.engine.configuration.path))
        router.add(middleware: ErrorMiddleware(clock: useCases.clock))
        RouteTable(routes: useCases.routes, accounts: useCases.accounts, maximumBody: configuration.maxBody)
            .register(in: router)
        EngineIORoute(engine: engine).register(in: router)
        responder = router.buildResponder()
    }

    public func run() async throws {
        let engine = engine
        let onListening = onListening
        let application = Application(
            responder: responder,
            server: HTTPServerBuilder { responder in UpgradableHTTPChannel(engine: engine, responder: responder) },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            onServerRunning: { channel in
                if let address = channel.localAddress { await onListening(address) }
            },
            eventLoopGroupProvider: .shared(eventLoopGroup), logger: logger)
        do {
            try await application.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE || error.errnoCode == EACCES {
            let reason = error.errnoCode == EACCES ? "may not be used by this user" : "is in use by another process"
            throw MsgError(
                .conflict,
                "Port \(configuration.port) of \(configuration.host) \(reason); choose another with --port or server.port.",
                cause: error)
        }
    }
}
