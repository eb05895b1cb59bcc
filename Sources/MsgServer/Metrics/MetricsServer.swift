import EngineIO
import Hummingbird
import Logging
import MsgKit
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Answers `/metrics`, and nothing else, on a port of its own: for processes without the API. It holds
/// ``connections`` at a time, each closed after a minute of silence; more wait to be accepted.
public struct MetricsServer: Service {
    static let connections = 32

    private let page: MetricsPage
    private let configuration: Configuration.Metrics
    private let port: Int
    private let clock: any WallClock
    private let logger: Logger

    /// - Parameter port: 0 takes any that is free; the log tells which.
    public init(
        page: MetricsPage, configuration: Configuration.Metrics, port: Int, clock: any WallClock, logger: Logger
    ) {
        self.page = page
        self.configuration = configuration
        self.port = port
        self.clock = clock
        self.logger = logger
    }

    public func run() async throws {
        let router = Router(context: RequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestIDMiddleware())
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ErrorMiddleware(clock: clock))
        page.register(in: router)
        var settings = HTTPConnectionSettings()
        settings.maxBody = 0
        settings.maxDiscardedBody = 64 * 1024
        settings.requestTimeout = .seconds(10)
        settings.idleTimeout = .seconds(60)
        try await HTTPServing(
            child: PlainHTTPChannel(
                settings: settings, responder: HummingbirdResponder(router.buildResponder(), logger: logger)),
            host: configuration.host, port: port, ways: (host: "metrics.host", port: "--metrics-port or metrics.port"),
            maximumConnections: Self.connections, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            onListening: { address in
                logger.info("metrics are answered", metadata: ["port": "\(address.port ?? 0)"])
            }
        ).run()
    }
}
