import DequeModule
import NIOCore
import NIOWebSocket

/// One client, over whichever transport it uses at the moment.
///
/// A session has one home event loop for its whole life and is touched only there; a websocket that took it over may
/// live on another loop and then hops.
///
/// `@unchecked Sendable`: the mutable state is confined to `eventLoop`; what may be called from elsewhere hops there
/// first, everything else checks the loop in debug builds.
public final class EngineIOSession: @unchecked Sendable {
    /// 20 unpredictable characters.
    public let id: String
    /// The home loop.
    public let eventLoop: any EventLoop
    /// The request that opened the session.
    public let handshake: EngineIOHandshake

    let server: EngineIOServer
    let loop: LoopState
    var state: SessionState
    var outbox = Outbox()
    var handler: (any EngineIOSessionHandler)?
    var link: WebSocketLink?
    var upgrade: PendingUpgrade?
    var poll: EventLoopPromise<EngineIOResponse>?
    var post: EventLoopPromise<EngineIOResponse>?
    /// Packets that came with one read or one POST after reading was paused: at most what that carried.
    private var backlog: Deque<EngineIOPacket>?
    private(set) var isPaused = false
    private var isResuming = false
    private var isFlushScheduled = false
    private var isOverflowing = false
    private var awaitsPong = false
    private let heartbeat = TimeoutEntry()

    init(id: String, handshake: EngineIOHandshake, loop: LoopState, server: EngineIOServer) {
        self.id = id
        self.handshake = handshake
        self.eventLoop = loop.eventLoop
        self.loop = loop
        self.server = server
        self.state = SessionState(transport: handshake.transport)
    }

    // MARK: For the application

    /// The transport in use now. Home loop only.
    public var transport: EngineIOTransport {
        eventLoop.assertInEventLoop()
        return state.transport
    }

    /// Sends a message; what one tick of the loop sends leaves together. Ignored once the session is closed.
    ///
    /// A client too slow for what is sent to it is closed as a transport error, at the bounds
    /// ``EngineIOConfiguration/maxBufferedBytes`` and ``EngineIOConfiguration/maxBufferedPackets``.
    ///
    /// - Parameter isVolatile: of no use when late, such as a cursor's position: dropped when more waits for this client than
    ///   its channel's high watermark (64 KiB), or by polling than ``EngineIOConfiguration/volatileBacklogBytes`` and
    ///   ``EngineIOConfiguration/volatileBacklogPackets``. So a slow client is never closed for it.
    public func send(_ outgoing: EngineIOOutgoing, isVolatile: Bool = false) {
        if eventLoop.inEventLoop {
            write(outgoing, isVolatile: isVolatile)
        } else {
            eventLoop.execute { self.write(outgoing, isVolatile: isVolatile) }
        }
    }

    /// Closes politely: after what was sent before, with a close frame or a close packet.
    public func close(reason: EngineIOCloseReason = .forcedClose) {
        if eventLoop.inEventLoop {
            closeNow(reason: reason)
        } else {
            eventLoop.execute { self.closeNow(reason: reason) }
        }
    }

    /// The client is who it should be: from now on its place is its own. See ``EngineIOConfiguration/admissionGrace``.
    public func admit() {
        server.registry.admitted(self)
    }

    /// Stops delivering messages, and reading more than is read already. Home loop only.
    public func pauseReading() {
        eventLoop.assertInEventLoop()
        guard !isPaused else { return }
        isPaused = true
        link?.setReading(paused: true)
    }

    /// Delivers what was held back and reads on. Home loop only.
    public func resumeReading() {
        eventLoop.assertInEventLoop()
        guard isPaused else { return }
        isPaused = false
        // Called while one of these packets is handled: the loop goes on below it, whatever their number, and not deeper.
        guard !isResuming else { return }
        isResuming = true
        while !isPaused, let packet = backlog?.popFirst() {
            process(packet)
        }
        isResuming = false
        guard !isPaused else { return }
        backlog = nil
        link?.setReading(paused: false)
        answerPost()
    }

    // MARK: Life

    /// Starts the session; the client of a websocket is told its id here, that of a poll by the caller.
    func open(link: WebSocketLink?) {
        eventLoop.assertInEventLoop()
        if let link {
            self.link = link
            link.attach(to: self)
            var packet = ByteBuffer()
            let text = openPacket(upgrades: false)
            WebSocketFraming.writeHeader(opcode: .text, length: text.readableBytes, to: &packet)
            packet.writeImmutableBuffer(text)
            _ = link.write(packet)
            flushLater()
        }
        loop.pings.append(heartbeat, for: self)
        server.configuration.observer?.sessionOpened(handshake.transport)
        let handler = server.makeHandler(self)
        self.handler = handler
        handler.sessionOpened()
    }

    /// The packet that opens a session, in text form.
    func openPacket(upgrades: Bool) -> ByteBuffer {
        let configuration = server.configuration
        return ByteBuffer(
            string: #"0{"sid":"\#(id)","upgrades":\#(upgrades ? #"["websocket"]"# : "[]"),"#
                + #""pingInterval":\#(configuration.pingInterval.wholeMilliseconds),"#
                + #""pingTimeout":\#(configuration.pingTimeout.wholeMilliseconds),"#
                + #""maxPayload":\#(configuration.maxPayload)}"#)
    }

    func closeNow(reason: EngineIOCloseReason) {
        eventLoop.assertInEventLoop()
        if reason == .transportClose { deliverBacklog() }
        switch state.closeRequested(endsInOne: endsInOnePoll) {
        case .none: return
        case .closeWebSocket:
            // The session stays registered until the connection is gone, so that a shutdown can wait for it.
            link?.close(reason.closeCode)
        case .answerGoodbye:
            answerPoll(EngineIOResponse(payload: outbox.takeFarewell("1")))
            server.registry.remove(self)
        case .answerBeforeGoodbye:
            answerPoll(nextPayload())
            awaitLastPoll()
        case .awaitPoll: awaitLastPoll()
        }
        end(reason)
    }

    /// From here on the client has some time to come for its close packet.
    func awaitLastPoll() {
        loop.goodbyes.append(heartbeat, for: self)
    }

    /// Drops the connection and the session without a word.
    func abort(reason: EngineIOCloseReason) {
        eventLoop.assertInEventLoop()
        link?.abort()
        link?.detach()
        link = nil
        if state.transportLost() { end(reason) }
        heartbeat.cancel()
        server.registry.remove(self)
    }

    /// Tells the application, once, and lets go of what only an open session needs.
    private func end(_ reason: EngineIOCloseReason) {
        if heartbeat.queue !== loop.goodbyes {
            heartbeat.cancel()
            outbox = Outbox()
        }
        abandonUpgrade(closing: reason.closeCode)
        backlog = nil
        answerPost()
        let handler = self.handler
        self.handler = nil
        handler?.sessionClosed(reason: reason)
    }

    // MARK: Sending

    /// `send` for who is on the home loop already.
    package func write(_ outgoing: EngineIOOutgoing, isVolatile: Bool = false) {
        eventLoop.assertInEventLoop()
        guard state.isOpen, !isOverflowing else { return }
        if let link {
            if link.write(outgoing.frames, isVolatile: isVolatile) { flushLater() } else { overflow() }
        } else if isVolatile, outbox.isBacklogged(server.configuration) {
            server.configuration.observer?.volatileDropped()
        } else if outbox.append(outgoing, configuration: server.configuration) {
            if poll != nil { flushLater() }
        } else {
            overflow()
        }
    }

    /// More waits for the client than may.
    private func overflow() {
        isOverflowing = true
        server.configuration.observer?.clientOverflowed()
        // Later, because the caller may be in the middle of a broadcast that this would change.
        eventLoop.assumeIsolated().execute {
            if self.link == nil { self.closeNow(reason: .transportError) } else { self.abort(reason: .transportError) }
        }
    }

    func flushLater() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.flushLater(self)
    }

    func flush() {
        isFlushScheduled = false
        if let link {
            link.flush()
        } else if !outbox.isEmpty, state.outgoingReady() {
            answerPoll(nextPayload())
        }
    }

    func answerPoll(_ response: EngineIOResponse) {
        poll?.succeed(response)
        poll = nil
    }

    private func answerPost() {
        guard let post else { return }
        state.postAnswered()
        self.post = nil
        post.succeed(.postTaken)
    }

    // MARK: Receiving

    /// A packet of the transport in use.
    func take(_ packet: EngineIOPacket) {
        if isPaused {
            backlog = backlog ?? []
            backlog?.append(packet)
        } else {
            process(packet)
        }
    }

    /// What a POST brought. It is answered when reading is not, or no longer, paused: that slows the client down.
    func postTaken(_ packets: [EngineIOPacket], answer: EventLoopPromise<EngineIOResponse>) {
        post = answer
        for packet in packets { take(packet) }
        if !isPaused { answerPost() }
    }

    /// A batch that came over a hop was handed over; the other loop waits for leave to read on.
    func batchTaken(from link: WebSocketLink) {
        if !isPaused || link !== self.link { link.setReading(paused: false) }
    }

    private func process(_ packet: EngineIOPacket) {
        switch state.packetReceived(packet) {
        case .deliver(let message): handler?.messageReceived(message)
        case .heartbeat:
            guard awaitsPong else { return }
            awaitsPong = false
            loop.pings.append(heartbeat, for: self)
        case .close(let reason): closeNow(reason: reason)
        case .ignore: break
        }
    }

    /// What the client sent before it left still counts.
    private func deliverBacklog() {
        while state.isOpen, let packet = backlog?.popFirst() {
            process(packet)
        }
    }

    func linkLost(_ link: WebSocketLink, reason: EngineIOCloseReason) {
        eventLoop.assertInEventLoop()
        link.detach()
        if link === upgrade?.link {
            abandonUpgrade(closing: nil)
            return
        }
        guard link === self.link else { return }
        deliverBacklog()
        if state.transportLost() { end(reason) }
        self.link = nil
        server.registry.remove(self)
    }
}

extension EngineIOSession: TimeoutTarget {
    package func timeoutExpired(_ entry: TimeoutEntry) {
        if entry === upgrade?.timeout {
            abandonUpgrade(closing: .normalClosure)
        } else if !state.isOpen {
            // The client did not come for its close packet.
            _ = state.transportLost()
            outbox = Outbox()
            server.registry.remove(self)
        } else if !awaitsPong {
            awaitsPong = true
            write(.ping)
            loop.pongs.append(heartbeat, for: self)
        } else if isPaused {
            // The pong may wait behind what is not read because the application is busy; that is not the client's fault.
            loop.pongs.append(heartbeat, for: self)
        } else {
            closeNow(reason: .pingTimeout)
        }
    }
}
