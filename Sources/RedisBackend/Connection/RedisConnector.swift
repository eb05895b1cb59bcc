import Logging
import MsgKit
import NIOCore
import NIOPosix

/// Where a server is and how it is spoken to.
struct RedisConnector: Sendable {
    let address: RedisAddress
    let options: RedisOptions
    private let tls: RedisTLS?

    /// - Throws: ``MsgKit/ErrorCode/configuration``.
    init(address: RedisAddress, options: RedisOptions) throws {
        self.address = address
        self.options = options
        tls = address.isTLS ? try RedisTLS(host: address.host, options: options) : nil
    }

    /// Begins to connect; the handler tells when the connection can be used. To be called on the loop.
    func connect(
        on eventLoop: any EventLoop, opened: @escaping (_ runID: String?) -> Void,
        received: @escaping (RedisValue) -> Void, ended: @escaping (any Error) -> Void
    ) throws -> EventLoopFuture<any Channel> {
        eventLoop.assertInEventLoop()
        let (address, timeout) = (address, options.connectTimeout)
        let otherWay = RedisFailure.otherScheme(isTLS: !address.isTLS)
        func otherWayWorks(_ told: @escaping (Bool) -> Void) {
            RedisSchemeProbe.otherWayWorks(at: address, on: eventLoop, timeout: timeout).assumeIsolated()
                .whenComplete { told((try? $0.get()) == true) }
        }
        // A plain server waits for more of what it does not understand; that leaves half of the time to find out.
        let doubt =
            address.isTLS
            ? eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout / 2)) {
                otherWayWorks { if $0 { ended(otherWay) } }
            } : nil
        let opened = { (runID: String?) in
            doubt?.cancel()
            opened(runID)
        }
        // One that speaks TLS closes a connection in plain text.
        let ended = { (error: any Error) in
            doubt?.cancel()
            let failure = RedisFailure(connection: error)
            guard failure == .connectionUnanswered, !address.isTLS else { return ended(failure) }
            otherWayWorks { ended($0 ? otherWay : failure) }
        }
        let handler = NIOLoopBound(
            try RedisChannelHandler(
                handshake: RedisHandshake(address), maximumReplyBytes: options.maximumReplyBytes, opened: opened,
                received: received, ended: ended),
            eventLoop: eventLoop)
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(options.connectTimeout))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(try tls.makeHandler()) }
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                }
            }
            .connect(host: address.host, port: address.port)
    }
}
