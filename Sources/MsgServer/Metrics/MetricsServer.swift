import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import MsgKit
import NIOCore
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
        let application = Application(
            router: router, server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connections)),
            onServerRunning: { channel in
                logger.info("metrics are answered", metadata: ["port": "\(channel.localAddress?.port ?? 0)"])
            },
            logger: logger)
        do {
            try await application.run()
        } catch let error as IOError {
            throw MsgError(.conflict, reason(for: error), cause: error)
        } catch let error as SocketAddressError.UnknownHost {
            throw MsgError(
                .conflict, "The host \(configuration.host) is not known; set metrics.host to another.", cause: error)
        }
    }

    private func reason(for error: IOError) -> String {
        let address = "\(configuration.host) port \(port)"
        switch error.errnoCode {
        case EADDRINUSE:
            return "\(address) is in use by another process; choose another with --metrics-port or metrics.port."
        case EACCES:
            return
                "\(address) may not be used by this user; choose a port from 1024 up with --metrics-port or metrics.port."
        case EADDRNOTAVAIL:
            return "\(address) can't be listened at: the address is not this machine's; set metrics.host to another."
        default: return "\(address) can't be listened at: \(error)."
        }
    }
}
