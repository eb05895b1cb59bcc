import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Stands before the HTTP side of a connection and makes it a websocket when a request asks for one that it may have:
/// the first request, or a later one of a connection that was kept alive, as proxies and clients with a pool send it.
///
/// NIO's own upgrade handler looks at the first request only, and drops the head of one that asks for an upgrade it
/// does not get, so that nobody could answer it. This one hands such a request to the HTTP side untouched.
final class HTTPUpgradeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Requests pass.
        case http
        /// It asks for a websocket, but an earlier request has yet to be answered.
        case queued(HTTPRequestHead)
        /// Asked whether the request may upgrade; the answer takes a hop when its session lives elsewhere.
        case deciding(HTTPRequestHead)
        /// It may, when it turns out to have no body.
        case accepted(HTTPRequestHead, HTTPHeaders)
        /// The pipeline is being changed.
        case switching
        case done
    }

    private let server: EngineIOServer
    private let security: EngineIOConnectionSecurity
    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let httpHandlers: [any RemovableChannelHandler]
    private var state = State.http
    /// Requests that passed and whose answers have not ended.
    private var unanswered = 0
    /// What came since the head that is decided about: one read at most, as nothing more is read meanwhile.
    private var held: [NIOAny] = []
    private var hasEnd = false
    private var hasBody = false
    private var wantsRead = false
    /// The decoder reads nothing behind a request that asks for an upgrade: after a refusal the connection is of no use.
    private var closesAfterAnswer = false

    init(
        server: EngineIOServer, security: EngineIOConnectionSecurity, encoder: HTTPResponseEncoder,
        decoder: ByteToMessageHandler<HTTPRequestDecoder>, httpHandlers: [any RemovableChannelHandler]
    ) {
        self.server = server
        self.security = security
        self.encoder = encoder
        self.decoder = decoder
        self.httpHandlers = httpHandlers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .http:
            guard case .head(let head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
            guard Self.asksForWebSocket(head.headers) else {
                unanswered += 1
                closesAfterAnswer = closesAfterAnswer || head.headers.contains(name: "upgrade")
                return context.fireChannelRead(data)
            }
            held = [data]
            hasEnd = false
            hasBody = false
            state = .queued(head)
            decide(context: context)
        case .queued, .deciding, .accepted:
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

    /// Whether it asks this server, and not one behind a proxy that let the field pass. Without the connection's option
    /// the decoder also goes on and reads the frames behind the request as another one.
    private static func asksForWebSocket(_ headers: HTTPHeaders) -> Bool {
        headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Once it is a websocket, frames go by as bytes.
        guard unanswered > 0 else { return context.write(data, promise: promise) }
        switch unwrapOutboundIn(data) {
        case .head(var head) where closesAfterAnswer:
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where closesAfterAnswer:
            let written = promise ?? context.eventLoop.makePromise()
            let channel = context.channel
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
            context.write(data, promise: written)
        case .end:
            unanswered -= 1
            context.write(data, promise: promise)
            decide(context: context)
        case .head, .body: context.write(data, promise: promise)
        }
    }

    /// Asks once it is the request's turn.
    private func decide(context: ChannelHandlerContext) {
        guard case .queued(let head) = state, unanswered == 0 else { return }
        state = .deciding(head)
        server.upgradeResponse(to: head, on: context.channel).hop(to: context.eventLoop).assumeIsolated()
            .whenComplete { result in
                guard case .deciding = self.state else { return }
                switch result {
                case .success(let headers):
                    self.state = .accepted(head, headers)
                    self.proceed(context: context)
                case .failure: self.refuse(context: context)
                }
            }
    }

    private func proceed(context: ChannelHandlerContext) {
        guard case .accepted(let head, let headers) = state else { return }
        if hasBody {
            refuse(context: context)
        } else if hasEnd {
            becomeWebSocket(head, headers, context: context)
        } else if wantsRead {
            wantsRead = false
            context.read()
        }
    }

    /// Lets the request pass as if it had never been looked at, and what came behind it as new.
    private func refuse(context: ChannelHandlerContext) {
        state = .http
        unanswered += 1
        closesAfterAnswer = true
        let parts = held
        held = []
        for (index, part) in parts.enumerated() {
            if index == 0 { context.fireChannelRead(part) } else { channelRead(context: context, data: part) }
        }
        context.fireChannelReadComplete()
        guard case .http = state, wantsRead else { return }
        wantsRead = false
        context.read()
    }

    private func becomeWebSocket(_ head: HTTPRequestHead, _ headers: HTTPHeaders, context: ChannelHandlerContext) {
        state = .switching
        // The request is answered here. What follows it are frames, and come as bytes once the decoder is gone.
        held = []
        let channel = context.channel
        let pipeline = context.pipeline.syncOperations
        let response = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
        for handler in httpHandlers { pipeline.removeHandler(handler, promise: nil) }
        pipeline.removeHandler(decoder).assumeIsolated()
            .flatMap { context.writeAndFlush(self.wrapOutboundOut(.head(response))) }
            .flatMap { pipeline.removeHandler(self.encoder) }
            .flatMapThrowing { try self.server.install(on: channel, head: head, security: self.security) }
            .whenComplete { self.finish($0, context: context) }
    }

    private func finish(_ result: Result<Void, any Error>, context: ChannelHandlerContext) {
        guard case .switching = state else { return }
        state = .done
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
        case .http, .done: context.read()
        case .accepted where !hasEnd: context.read()
        case .queued, .deciding, .accepted, .switching: wantsRead = true
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (event, state) {
        case (_, .http), (_, .queued), (_, .done): context.fireUserInboundEventTriggered(event)
        // Nobody waits for the answer any more, or there is to be none.
        case (is ChannelShouldQuiesceEvent, _), (ChannelEvent.inputClosed, _): context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        state = .done
        held = []
        context.fireChannelInactive()
    }
}
