import DequeModule
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// The HTTP side of a connection: hands each request with its whole, bounded body to the responder, and writes what it
/// answers. An idle connection has no task; the one of a request is cancelled when the client goes.
///
/// It stands behind NIO's HTTP/1.1 codec and writes heads itself, so the pipeline needs no response handler of NIO's.
package final class HTTPConnectionHandler: ChannelInboundHandler, ChannelOutboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias OutboundIn = Never
    package typealias OutboundOut = HTTPServerResponsePart
    /// Answers a request; nil when no answer can be made, which closes the connection.
    package typealias Responder = @Sendable (HTTPRequest, HTTPRequestBody, any Channel) async -> EngineIOResponse?

    private struct Incoming {
        var head: HTTPRequestHead
        var body = ByteBuffer()
        var isTooLarge = false
    }

    /// What of a request decides on the form of its answer.
    private struct Asked: Sendable {
        /// The body would be taken for the next answer.
        let isHead: Bool
        let keepsAlive: Bool
        /// HTTP/1.0, whose connections end after one answer unless both sides say otherwise.
        let isOld: Bool

        init(_ head: HTTPRequestHead) {
            isHead = head.method == .HEAD
            keepsAlive = head.isKeepAlive
            isOld = head.version == .http1_0
        }
    }

    private enum State {
        case idle
        case receiving(Incoming)
        case responding(Task<Void, Never>)
        case closed
    }

    private let settings: HTTPConnectionSettings
    private let isSecure: Bool
    private let responder: Responder
    private var state = State.idle
    /// Parts of later requests that came while one is answered. Reading stops while there are any: one read at most.
    private var pipelined: Deque<HTTPServerRequestPart> = []
    private var wantsRead = false
    private var closesAfterAnswer = false
    private var deadline: Scheduled<Void>?

    /// - Parameter isSecure: whether there is TLS below; requests then have the scheme `https`.
    package init(settings: HTTPConnectionSettings, isSecure: Bool = false, responder: @escaping Responder) {
        self.settings = settings
        self.isSecure = isSecure
        self.responder = responder
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        expect(within: settings.requestTimeout, context: context)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received(unwrapInboundIn(data), context: context)
    }

    private func received(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        switch (state, part) {
        case (.closed, _): break
        case (.responding, _): pipelined.append(part)
        case (.idle, .head(let head)):
            expect(within: settings.requestTimeout, context: context)
            if head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: .continue))), promise: nil)
            }
            state = .receiving(Incoming(head: head))
        case (.receiving(var incoming), .body(var bytes)):
            state = .idle
            if incoming.body.readableBytes + bytes.readableBytes > settings.maxBody {
                // What follows is read and thrown away, so that the client gets to read the answer.
                incoming.isTooLarge = true
                incoming.body = ByteBuffer()
            } else if !incoming.isTooLarge {
                incoming.body.writeBuffer(&bytes)
            }
            state = .receiving(incoming)
        case (.receiving(let incoming), .end): respond(to: incoming, context: context)
        // Only a decoder that is wrong about HTTP could bring parts in another order.
        default: context.close(promise: nil)
        }
    }

    private func respond(to incoming: Incoming, context: ChannelHandlerContext) {
        deadline?.cancel()
        let request: HTTPRequest
        do {
            request = try HTTPRequest(incoming.head, secure: isSecure, splitCookie: false)
        } catch {
            return refuse(.badRequest, context: context)
        }
        let asked = Asked(incoming.head)
        let answered = context.eventLoop.makePromise(of: EngineIOResponse?.self)
        answered.futureResult.assumeIsolated().whenSuccess { answer in
            self.answer(answer, to: asked, context: context)
        }
        let body = incoming.isTooLarge ? HTTPRequestBody.tooLarge : .complete(incoming.body)
        let channel = context.channel
        let responder = responder
        state = .responding(Task { answered.succeed(await responder(request, body, channel)) })
    }

    private func answer(_ response: EngineIOResponse?, to asked: Asked, context: ChannelHandlerContext) {
        guard case .responding = state else { return }
        guard let response else { return context.close(promise: nil) }
        let body = response.body
        var answer = HTTPResponseHead(response.head)
        answer.headers.replaceOrAdd(name: "Date", value: HTTPDate.now)
        // An answer to HEAD brings the length of the body that it has not.
        if !answer.headers.contains(name: "Content-Length"), answer.status.mayHaveResponseBody {
            answer.headers.add(name: "Content-Length", value: String(body.readableBytes))
        }
        let closes = !asked.keepsAlive || closesAfterAnswer || response.head.headerFields[.connection] == "close"
        if closes {
            answer.headers.replaceOrAdd(name: "Connection", value: "close")
        } else if asked.isOld {
            answer.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
        }
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        if body.readableBytes > 0, !asked.isHead {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        guard !closes else {
            return writeEndAndClose(context: context)
        }
        state = .idle
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        expect(within: settings.idleTimeout, context: context)
        proceed(context: context)
    }

    /// Takes up what came behind the request that is answered now.
    private func proceed(context: ChannelHandlerContext) {
        while !pipelined.isEmpty {
            if case .responding = state { return }
            // A client that reads no answers gets none, until its time is up.
            guard context.channel.isWritable else { return }
            received(pipelined.removeFirst(), context: context)
        }
        guard wantsRead, context.channel.isWritable else { return }
        wantsRead = false
        context.read()
    }

    package func read(context: ChannelHandlerContext) {
        // While a request is answered reading goes on, to see the client go, until more than that comes.
        if pipelined.isEmpty, context.channel.isWritable { context.read() } else { wantsRead = true }
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { proceed(context: context) }
        context.fireChannelWritabilityChanged()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            closesAfterAnswer = true
            switch state {
            case .idle: context.close(promise: nil)
            case .receiving: expect(within: settings.quiescingTimeout, context: context)
            case .responding, .closed: break
            }
        case ChannelEvent.inputClosed:
            // A client that only shut its sending side down still gets its answer; who waits for a poll stops waiting.
            switch state {
            case .responding(let task):
                closesAfterAnswer = true
                task.cancel()
            case .idle, .receiving, .closed: context.close(promise: nil)
            }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error, state) {
        case (is HTTPParserError, .idle), (is HTTPParserError, .receiving): refuse(.badRequest, context: context)
        // The request before what can't be read is answered all the same.
        case (is HTTPParserError, .responding): closesAfterAnswer = true
        default: context.close(promise: nil)
        }
    }

    /// Answers without asking anyone, and closes.
    private func refuse(_ status: HTTPResponseStatus, context: ChannelHandlerContext) {
        let headers: HTTPHeaders = ["Connection": "close", "Content-Length": "0"]
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        writeEndAndClose(context: context)
    }

    /// Ends the last answer, and the connection once the client has it, or has not read it in time.
    private func writeEndAndClose(context: ChannelHandlerContext) {
        state = .closed
        expect(within: settings.idleTimeout, context: context)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    /// Closes the connection when a request is not complete in time, or the last answer not read.
    private func expect(within time: Duration, context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) {
            switch self.state {
            case .idle, .closed: context.close(promise: nil)
            case .receiving: self.refuse(.requestTimeout, context: context)
            case .responding: break
            }
        }
    }

    private func end() {
        if case .responding(let task) = state { task.cancel() }
        state = .closed
        pipelined = []
        deadline?.cancel()
        deadline = nil
    }
}
