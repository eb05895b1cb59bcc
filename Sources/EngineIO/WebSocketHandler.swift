import NIOCore
import NIOWebSocket

/// The end of a websocket's pipeline: frames in, ready-made frames out.
///
/// Confined to its channel's loop. It keeps no task, timer or buffer while nothing happens.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case open
        /// A close frame was sent; the peer's is awaited for a while.
        case closing
        case closed
    }

    private let server: EngineIOServer
    private var assembler: WebSocketMessageAssembler
    private var state = State.open
    private var context: ChannelHandlerContext?
    var link: WebSocketLink?
    /// Packets of this read, when they have to hop to another loop.
    private var batch: [EngineIOPacket] = []
    private var isReadingPaused = false
    private var wantsRead = false
    /// For frames that bring no message; nil when their rate has no bound.
    private var overhead: TokenBucket?
    /// Until there is a token again; nothing is read before.
    private var overheadWait: Scheduled<Void>?
    private var isWritable = true
    private var backlog = WriteBacklog()
    /// nil when frames have to go through the pipeline.
    private let socket: DirectSocket?
    /// Whether bytes may wait in the channel, which nothing may overtake; at first the answer to the upgrade.
    private var mayWaitInChannel = true

    init(server: EngineIOServer, socket: DirectSocket? = nil) {
        self.server = server
        self.socket = socket
        self.assembler = WebSocketMessageAssembler(maxLength: server.configuration.maxPayload)
        self.overhead = server.configuration.maxOverheadFramesPerSecond.map { rate in
            TokenBucket(rate: rate, burst: min(max(rate, 1), 1_000_000) * 10)
        }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isWritable = context.channel.isWritable
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connectionLost(.transportClose)
        self.context = nil
        overheadWait?.cancel()
    }

    // MARK: From the session

    func write(_ batch: FrameBatch) {
        guard let first = batch.first else { return }
        write(first)
        for write in batch.rest { self.write(write) }
    }

    private func write(_ write: FrameBatch.Write) {
        // What is volatile is not written at all while the channel is not writable.
        guard state == .open, let context else { return }
        guard isWritable || !write.isVolatile else {
            server.configuration.observer?.volatileDropped()
            return
        }
        let frames = write.frames
        mayWaitInChannel = true
        context.write(wrapOutboundOut(frames), promise: nil)
        guard !isWritable else { return }
        backlog.add(frames.readableBytes)
        guard backlog.exceeds(server.configuration) else { return }
        // What was written in this tick is not flushed yet, and may fit into the socket.
        context.flush()
        guard !isWritable else { return }
        if let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes) {
            backlog.correct(actual: waiting)
        }
        guard backlog.exceeds(server.configuration) else { return }
        server.configuration.observer?.clientOverflowed()
        state = .closed
        // Later, because the caller may be in the middle of a broadcast that this would change.
        context.eventLoop.assumeIsolated().execute {
            self.connectionLost(.transportError)
            self.context?.close(promise: nil)
        }
    }

    func writeAndFlush(_ batch: FrameBatch) {
        // Nothing has to be counted here.
        if state == .open, isWritable, batch.rest.isEmpty, let frames = batch.first?.frames {
            writeAndFlush(frames)
        } else {
            write(batch)
            context?.flush()
        }
    }

    private func writeAndFlush(_ frames: ByteBuffer) {
        guard let context else { return }
        var rest = frames
        if let socket, isChannelDrained(context) { rest.moveReaderIndex(forwardBy: socket.send(frames)) }
        guard rest.readableBytes > 0 else { return }
        mayWaitInChannel = true
        context.writeAndFlush(wrapOutboundOut(rest), promise: nil)
    }

    private func isChannelDrained(_ context: ChannelHandlerContext) -> Bool {
        if mayWaitInChannel, let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes) {
            mayWaitInChannel = waiting > 0
        }
        return !mayWaitInChannel
    }

    func setReading(paused: Bool) {
        isReadingPaused = paused
        readOn()
    }

    private func readOn() {
        guard wantsRead, !isReadingPaused, overheadWait == nil else { return }
        wantsRead = false
        context?.read()
    }

    /// What a read has brought is worked off whatever it is; the reads after it wait for as long as its frames take.
    private func chargeOverhead(_ context: ChannelHandlerContext) {
        overhead?.owe(at: context.eventLoop.now)
        if overheadWait == nil { awaitToken(context) }
    }

    private func awaitToken(_ context: ChannelHandlerContext) {
        overheadWait = overhead?.wait(at: context.eventLoop.now).map { wait in
            context.eventLoop.assumeIsolated().scheduleTask(in: wait) { self.awaitToken(context) }
        }
        readOn()
    }

    /// Sends a close frame and waits for the peer's, for a while.
    func close(_ code: WebSocketErrorCode) {
        guard state == .open, let context else { return }
        state = .closing
        batch = []
        mayWaitInChannel = true
        context.writeAndFlush(wrapOutboundOut(WebSocketFraming.close(code)), promise: nil)
        setReading(paused: false)
        abortLater(context)
    }

    func abort() {
        state = .closed
        context?.close(promise: nil)
    }

    private func abortLater(_ context: ChannelHandlerContext) {
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(server.configuration.closeTimeout)) {
            self.abort()
        }
        context.channel.closeFuture.whenComplete { _ in timer.cancel() }
    }

    private func connectionLost(_ reason: EngineIOCloseReason) {
        guard let link else { return }
        self.link = nil
        if !batch.isEmpty {
            _ = link.packetsReceived(batch)
            batch = []
        }
        link.connectionLost(reason)
    }

    // MARK: From the channel

    func read(context: ChannelHandlerContext) {
        wantsRead = true
        readOn()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state != .closed else { return }
        switch assembler.frameReceived(unwrapInboundIn(data)) {
        case .incomplete, .pong: chargeOverhead(context)
        case .message(let message):
            guard state == .open else { return chargeOverhead(context) }
            messageReceived(message, context: context)
        case .ping(let payload):
            chargeOverhead(context)
            guard state == .open else { return }
            write(FrameBatch.Write(frames: WebSocketFraming.control(.pong, payload: payload), isVolatile: false))
            context.flush()
        case .close(let code): closeReceived(code, context: context)
        case .violation(let code): fail(.transportError, code: code)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if !batch.isEmpty {
            let packets = batch
            batch = []
            if link?.packetsReceived(packets) == false { isReadingPaused = true }
        }
        context.fireChannelReadComplete()
    }

    private func messageReceived(_ message: EngineIOMessage, context: ChannelHandlerContext) {
        let packet: EngineIOPacket
        switch message {
        case .binary: packet = .message(message)
        case .text(let text):
            do {
                packet = try EngineIOPacket(text: text)
            } catch {
                fail(.parseError, code: .protocolError)
                return
            }
        }
        if case .message = packet {} else { chargeOverhead(context) }
        if link?.batches == true {
            batch.append(packet)
        } else {
            _ = link?.packetReceived(packet)
        }
    }

    private func closeReceived(_ code: WebSocketErrorCode?, context: ChannelHandlerContext) {
        link?.drain()
        let answers = state == .open
        state = .closed
        connectionLost(.transportClose)
        guard answers else {
            context.close(promise: nil)
            return
        }
        let answer =
            code.map { WebSocketFraming.close($0) } ?? WebSocketFraming.control(.connectionClose, payload: ByteBuffer())
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(answer), promise: written)
        written.futureResult.assumeIsolated().whenComplete { _ in self.abort() }
        // A peer that does not read would keep the answer from being written.
        abortLater(context)
    }

    /// The peer broke the protocol.
    private func fail(_ reason: EngineIOCloseReason, code: WebSocketErrorCode) {
        link?.drain()
        connectionLost(reason)
        close(code)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { backlog = WriteBacklog() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: link?.closeRequested(.serverShuttingDown)
        // A websocket has no use for half a connection.
        case ChannelEvent.inputClosed: abort()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What follows a frame that was refused is read and thrown away until the peer goes or its time is up: a connection
        // closed with bytes unread is reset, and the peer would not get to see the code.
        guard state != .closing else { return }
        switch error {
        case NIOWebSocketError.invalidFrameLength: fail(.transportError, code: .messageTooLarge)
        case is NIOWebSocketError: fail(.transportError, code: .protocolError)
        default: abort()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        state = .closed
        connectionLost(.transportClose)
        context.fireChannelInactive()
    }
}
