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
        let head: HTTPRequestHead
        /// The longest body that it may have.
        let maxBody: Int
        var body = ByteBuffer()

        /// The length that the client names; nil of one that is sent in chunks.
        var length: Int? { head.headers.first(name: "content-length").flatMap { Int($0) } }

        /// What the client wants to know before it sends the body. HTTP/1.0 has no such question.
        var expectations: [String] {
            head.version == .http1_1 ? head.headers[canonicalForm: "expect"].map { $0.lowercased() } : []
        }
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
            isOld = head.version == .http1_0
            // A proxy of that time may have passed chunks on that it did not understand (RFC 9112, 6.1).
            keepsAlive = head.isKeepAlive && !(isOld && head.headers.contains(name: "transfer-encoding"))
        }
    }

    private enum State {
        case idle
        case receiving(Incoming)
        case responding(Task<Void, Never>)
        /// The last answer is on its way, or the rest of its request is thrown away behind it.
        case ending(isWritten: Bool)
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
    private var isQuiescing = false
    /// How much more of a refused body is thrown away; nil when there is none to come.
    private var discards: Int?
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
        case (.responding, .body(let bytes)) where discards != nil, (.ending, .body(let bytes)):
            discard(bytes, context: context)
        case (.responding, .end) where discards != nil: discards = nil
        case (.ending(let isWritten), .end):
            discards = nil
            if isWritten { context.close(promise: nil) }
        case (.responding, _): pipelined.append(part)
        case (.ending, .head): break
        case (.idle, .head(let head)):
            expect(within: settings.requestTimeout, context: context)
            begin(
                Incoming(head: head, maxBody: settings.maxBodyOfTarget(head.uri) ?? settings.maxBody), context: context)
        case (.receiving(var incoming), .body(var bytes)):
            guard incoming.body.readableBytes + bytes.readableBytes <= incoming.maxBody else {
                return refuseBody(of: incoming, context: context)
            }
            state = .idle
            incoming.body.writeBuffer(&bytes)
            state = .receiving(incoming)
        case (.receiving(let incoming), .end): respond(to: incoming, .complete(incoming.body), context: context)
        // Only a decoder that is wrong about HTTP could bring parts in another order.
        default: context.close(promise: nil)
        }
    }

    private func begin(_ incoming: Incoming, context: ChannelHandlerContext) {
        guard incoming.head.namesOneHost else { return refuse(.badRequest, context: context) }
        let expectations = incoming.expectations
        guard expectations.allSatisfy({ $0 == "100-continue" }) else {
            discards = settings.maxDiscardedBody
            return refuse(.expectationFailed, context: context)
        }
        let length = incoming.length
        guard length ?? 0 <= incoming.maxBody else { return refuseBody(of: incoming, context: context) }
        state = .receiving(incoming)
        guard !expectations.isEmpty, length != 0 else { return }
        let go = HTTPResponseHead(version: incoming.head.version, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(go)), promise: nil)
    }

    /// Has a request answered whose body is too long, before that is there.
    private func refuseBody(of incoming: Incoming, context: ChannelHandlerContext) {
        discards = settings.maxDiscardedBody
        closesAfterAnswer = true
        respond(to: incoming, .tooLarge, context: context)
    }

    private func discard(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        guard let left = discards.map({ $0 - bytes.readableBytes }) else { return }
        discards = left
        if left < 0 { context.close(promise: nil) }
    }

    private func respond(to incoming: Incoming, _ body: HTTPRequestBody, context: ChannelHandlerContext) {
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
            isQuiescing = true
            closesAfterAnswer = true
            switch state {
            case .idle: context.close(promise: nil)
            case .receiving, .ending(isWritten: false): expect(within: settings.quiescingTimeout, context: context)
            // What is left of a refused request is of no use to anybody.
            case .ending(isWritten: true): context.close(promise: nil)
            case .responding, .closed: break
            }
        case ChannelEvent.inputClosed:
            // A client that only shut its sending side down still gets its answer; who waits for a poll stops waiting.
            discards = nil
            switch state {
            case .responding(let task):
                closesAfterAnswer = true
                task.cancel()
            case .ending(isWritten: false): break
            case .idle, .receiving, .ending, .closed: context.close(promise: nil)
            }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error, state) {
        case (is HTTPParserError, .idle), (is HTTPParserError, .receiving): refuse(.badRequest, context: context)
        // The request before what can't be read is answered all the same.
        case (is HTTPParserError, .responding):
            closesAfterAnswer = true
            discards = nil
        case (is HTTPParserError, .ending(isWritten: false)): discards = nil
        default: context.close(promise: nil)
        }
    }

    /// Answers without asking anyone, and closes.
    private func refuse(_ status: HTTPResponseStatus, context: ChannelHandlerContext) {
        settings.onRefusal?(Int(status.code))
        let headers: HTTPHeaders = ["Connection": "close", "Content-Length": "0"]
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        writeEndAndClose(context: context)
    }

    /// Ends the last answer, and the connection once the client has it and has sent its request, or has not in time.
    private func writeEndAndClose(context: ChannelHandlerContext) {
        state = .ending(isWritten: false)
        expect(within: isQuiescing ? settings.quiescingTimeout : settings.idleTimeout, context: context)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            self.lastAnswerWritten(context: context)
        }
    }

    private func lastAnswerWritten(context: ChannelHandlerContext) {
        guard case .ending = state, discards != nil, !isQuiescing else { return context.close(promise: nil) }
        state = .ending(isWritten: true)
        expect(within: settings.discardTimeout, context: context)
        // To close now would throw away what has come and was not read, and the answer with it.
        context.close(mode: .output, promise: nil)
    }

    /// Closes the connection when a request is not complete in time, or the last answer not read.
    private func expect(within time: Duration, context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) {
            switch self.state {
            case .idle, .ending, .closed: context.close(promise: nil)
            case .receiving: self.refuse(.requestTimeout, context: context)
            case .responding: break
            }
        }
    }

    private func end() {
        if case .responding(let task) = state { task.cancel() }
        state = .closed
        pipelined = []
        discards = nil
        deadline?.cancel()
        deadline = nil
    }
}
