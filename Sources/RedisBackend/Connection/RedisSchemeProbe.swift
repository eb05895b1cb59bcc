import MsgKit
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// Finds out whether a server speaks TLS, or plain text, where the address says the other: such a server closes the
/// connection or waits for more, as one that is in trouble does too, and the operator would not learn what to mend.
///
/// It is told nothing but the beginning of TLS or a PING, and no certificate is believed.
final class RedisSchemeProbe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let speaksTLS: Bool
    private var answer: EventLoopPromise<Bool>?

    private init(speaksTLS: Bool, _ answer: EventLoopPromise<Bool>) {
        self.speaksTLS = speaksTLS
        self.answer = answer
    }

    /// Whether the server at an address speaks the other way, asked on a connection of its own; to be called on the loop.
    static func otherWayWorks(
        at address: RedisAddress, on eventLoop: any EventLoop, timeout: Duration
    ) -> EventLoopFuture<Bool> {
        eventLoop.assertInEventLoop()
        let answer = eventLoop.makePromise(of: Bool.self)
        let speaksTLS = !address.isTLS
        let made = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(timeout))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if speaksTLS {
                        var configuration = TLSConfiguration.makeClientConfiguration()
                        configuration.certificateVerification = .none
                        let context = try NIOSSLContext(configuration: configuration)
                        try channel.pipeline.syncOperations.addHandler(
                            try NIOSSLClientHandler(context: context, serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        RedisSchemeProbe(speaksTLS: speaksTLS, answer))
                }
            }
            .connect(host: address.host, port: address.port)
        made.whenFailure { _ in answer.succeed(false) }
        let timer = eventLoop.scheduleTask(in: TimeAmount(timeout)) { answer.succeed(false) }
        answer.futureResult.whenComplete { _ in
            timer.cancel()
            made.whenSuccess { $0.close(promise: nil) }
        }
        return answer.futureResult
    }

    func channelActive(context: ChannelHandlerContext) {
        if !speaksTLS { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "PING\r\n")), promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // A reply of Redis, be it PONG or that it wants a password.
        let first = unwrapInboundIn(data).readableBytesView.first
        tell(first == UInt8(ascii: "+") || first == UInt8(ascii: "-"))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { tell(true) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An alert is from somebody who speaks TLS, and only wants something of us.
        tell(speaksTLS && String(describing: error).contains("ALERT"))
    }

    func channelInactive(context: ChannelHandlerContext) {
        tell(false)
    }

    private func tell(_ works: Bool) {
        answer?.succeed(works)
        answer = nil
    }
}
