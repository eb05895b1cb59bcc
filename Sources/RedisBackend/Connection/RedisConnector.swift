import Logging
import MsgKit
import NIOCore
import NIOPosix
import WirePeek

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
    ///
    /// - Parameter isKnown: the server has let us in before, so that nobody has to ask what it is when it is silent.
    func connect(
        on eventLoop: any EventLoop, isKnown: Bool, opened: @escaping (_ runID: String?) -> Void,
        received: @escaping (RedisValue) -> Void, ended: @escaping (any Error) -> Void
    ) throws -> EventLoopFuture<any Channel> {
        eventLoop.assertInEventLoop()
        let (address, timeout) = (address, options.connectTimeout)
        // Tells what shows that the server is another one than the address says; nil when nothing does.
        func mistake(_ told: @escaping (RedisFailure?) -> Void) {
            RedisSchemeProbe.otherWayWorks(at: address, on: eventLoop, timeout: timeout).assumeIsolated()
                .whenComplete { otherWay in
                    if (try? otherWay.get()) == true { return told(.otherScheme(isTLS: !address.isTLS)) }
                    peek(told)
                }
        }
        func peek(_ told: @escaping (RedisFailure?) -> Void) {
            eventLoop.makeFutureWithTask { await WirePeek.spoken(host: address.host, port: address.port) }
                .assumeIsolated().whenComplete { spoken in
                    guard case .success(let kind?) = spoken else { return told(nil) }
                    switch kind {
                    case .amqp, .http, .mongoDB: told(.otherServer(kind.description))
                    case .tls, .redis: told(nil)
                    }
                }
        }
        // A server may wait for more of what it does not understand; that leaves half of the time to find out.
        let doubt =
            isKnown
            ? nil
            : eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout / 2)) {
                let ask = address.isTLS ? mistake : peek
                ask { if let failure = $0 { ended(failure) } }
            }
        var isLetIn = false
        let opened = { (runID: String?) in
            isLetIn = true
            doubt?.cancel()
            opened(runID)
        }
        // One that speaks TLS closes a connection in plain text, as servers of other kinds do; and a web server answers
        // TLS in plain text, as a Redis without it does.
        let ended = { (error: any Error) in
            doubt?.cancel()
            let failure = RedisFailure(connection: error)
            guard !isKnown else { return ended(failure) }
            switch failure {
            case .connectionUnanswered: mistake { ended($0 ?? failure) }
            case .connectionLost where address.isTLS && !isLetIn: peek { ended($0 ?? failure) }
            case .notRedis, .otherScheme: peek { ended($0 ?? failure) }
            default: ended(failure)
            }
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
