import Logging
import NIOCore

/// What every part of one server needs.
final class ServerContext: Sendable {
    let configuration: SocketIOConfiguration
    let codec: JSONCodec
    let logger: Logger
    let eventLoops: [any EventLoop]
    /// Sockets whose handlers are not all done.
    let busySockets = BusyCounter()
    /// nil: this server is alone.
    let cluster: ServerCluster?

    init(configuration: SocketIOConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        self.cluster = configuration.cluster.map { ServerCluster($0, configuration: configuration) }
        self.codec = JSONCodec(configuration: configuration)
        self.logger = logger
        self.eventLoops = Array(eventLoopGroup.makeIterator())
    }
}
