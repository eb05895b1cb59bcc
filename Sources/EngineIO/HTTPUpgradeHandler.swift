import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Decides with the first request of a connection whether it becomes a websocket or stays HTTP.
///
/// NIO's own upgrade handler drops the head of a request that asks for an upgrade it does not get, so that nobody could
/// answer it; this one hands such a request to the HTTP side as if it had never been looked at.
final class HTTPUpgradeHandler<Outcome: Sendable>: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case waiting
        /// Asked whether the request may upgrade; the answer takes a hop when its session lives elsewhere.
        case deciding(HTTPRequestHead)
        /// It may, when it turns out to have no body.
        case accepted(HTTPRequestHead, HTTPHeaders)
        /// The pipeline is being changed.
        case switching
        case done
    }

    private let server: EngineIOServer
    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let onHTTP: @Sendable (any Channel) -> EventLoopFuture<Outcome>
    private let onWebSocket: @Sendable (any Channel) -> EventLoopFuture<Outcome>
    private let outcome: EventLoopPromise<Outcome>
    private var state = State.waiting
    /// What came since the head: one read at most, as nothing more is read until all is decided.
    private var held: [NIOAny] = []
    private var hasEnd = false
    private var hasBody = false
    private var wantsRead = false

    init(
        server: EngineIOServer, encoder: HTTPResponseEncoder, decoder: ByteToMessageHandler<HTTPRequestDecoder>,
        outcome: EventLoopPromise<Outcome>, onHTTP: @escaping @Sendable (any Channel) -> EventLoopFuture<Outcome>,
        onWebSocket: @escaping @Sendable (any Channel) -> EventLoopFuture<Outcome>
    ) {
        self.server = server
        self.encoder = encoder
        self.decoder = decoder
        self.outcome = outcome
        self.onHTTP = onHTTP
        self.onWebSocket = onWebSocket
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting:
            held.append(data)
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            headReceived(head, context: context)
        case .deciding, .accepted:
            held.append(data)
            switch unwrapInboundIn(data) {
            case .body: hasBody = true
            case .end: hasEnd = true
            case .head: break
            }
            proceed(context: context)
        case .switching: held.append(data)
        case .done: context.fireChannelRead(data)
        }
    }

    private func headReceived(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        guard head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }) else {
            return continueAsHTTP(context: context)
        }
        state = .deciding(head)
        server.upgradeResponse(to: head, on: context.channel).hop(to: context.eventLoop).assumeIsolated()
            .whenComplete { result in
                guard case .deciding = self.state else { return }
                switch result {
                case .success(let headers):
                    self.state = .accepted(head, headers)
                    self.proceed(context: context)
                case .failure: self.continueAsHTTP(context: context)
                }
            }
    }

    private func proceed(context: ChannelHandlerContext) {
        guard case .accepted(let head, let headers) = state else { return }
        if hasBody {
            continueAsHTTP(context: context)
        } else if hasEnd {
            becomeWebSocket(head, headers, context: context)
        } else if wantsRead {
            wantsRead = false
            context.read()
        }
    }

    private func continueAsHTTP(context: ChannelHandlerContext) {
        state = .switching
        onHTTP(context.channel).hop(to: context.eventLoop).assumeIsolated().whenComplete {
            self.finish($0, context: context)
        }
    }

    private func becomeWebSocket(_ head: HTTPRequestHead, _ headers: HTTPHeaders, context: ChannelHandlerContext) {
        state = .switching
        // The request is answered here. What follows it are frames, and come as bytes once the decoder is gone.
        held = []
        let channel = context.channel
        let pipeline = context.pipeline.syncOperations
        let response = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
        pipeline.removeHandler(decoder).assumeIsolated()
            .flatMap { context.writeAndFlush(self.wrapOutboundOut(.head(response))) }
            .flatMap { pipeline.removeHandler(self.encoder) }
            .flatMapThrowing { try self.server.install(on: channel, head: head) }
            .flatMap { self.onWebSocket(channel) }
            .whenComplete { self.finish($0, context: context) }
    }

    private func finish(_ result: Result<Outcome, any Error>, context: ChannelHandlerContext) {
        guard case .switching = state else { return }
        state = .done
        outcome.completeWith(result)
        guard case .success = result else { return context.close(promise: nil) }
        let parts = held
        held = []
        for part in parts { context.fireChannelRead(part) }
        if !parts.isEmpty { context.fireChannelReadComplete() }
        if wantsRead { context.read() }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        switch state {
        case .waiting, .done: context.read()
        case .accepted where !hasEnd: context.read()
        case .deciding, .accepted, .switching: wantsRead = true
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (event, state) {
        case (_, .done): context.fireUserInboundEventTriggered(event)
        // Nothing is asked, or nobody waits for the answer.
        case (is ChannelShouldQuiesceEvent, _), (ChannelEvent.inputClosed, _): context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .done = state { return context.fireErrorCaught(error) }
        if error is HTTPParserError, case .waiting = state {
            let headers: HTTPHeaders = ["Connection": "close", "Content-Length": "0"]
            let head = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        handlerRemoved(context: context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if case .done = state { return }
        state = .done
        held = []
        outcome.fail(ChannelError.ioOnClosedChannel)
    }
}
