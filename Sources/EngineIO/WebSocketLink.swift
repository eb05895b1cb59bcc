import NIOCore
import NIOWebSocket

/// A session's end of a websocket connection.
///
/// The session lives on `home`, the channel handler on its channel's loop. When both are the same loop, as for every
/// direct websocket, calls go straight through. Otherwise they hop: what is written within a tick goes over in one job,
/// and reading stops after each batch that came in until the session has taken it.
///
/// `@unchecked Sendable`: `session` and `unflushed` are touched on `home` only, `handler` by the loop check of
/// `NIOLoopBound`, everything else is constant.
final class WebSocketLink: @unchecked Sendable {
    let home: any EventLoop
    let channelLoop: any EventLoop
    /// nil when nothing hops.
    private let backlog: HopBacklog?
    private var isLocal: Bool { backlog == nil }
    private let handler: NIOLoopBound<WebSocketHandler>
    private var session: EngineIOSession?
    private var unflushed = FrameBatch()

    /// Called on the channel's loop.
    init(handler: WebSocketHandler, channelLoop: any EventLoop, home: any EventLoop) {
        self.home = home
        self.channelLoop = channelLoop
        self.backlog = home === channelLoop ? nil : HopBacklog()
        self.handler = NIOLoopBound(handler, eventLoop: channelLoop)
    }

    // MARK: From the session, on its home loop

    func attach(to session: EngineIOSession) {
        home.assertInEventLoop()
        self.session = session
    }

    /// Writes frames; they leave with the next `flush`.
    ///
    /// They are kept here until then, so that a broadcast to many does not touch each one's channel twice: once to write,
    /// and again to flush when the processor's caches have forgotten it.
    ///
    /// - Parameter isVolatile: not written when too much waits already, on this side of the hop or on the other.
    /// - Returns: false when the other loop has not taken more than may wait: the session is then to be closed. What waits
    ///   behind it is watched by the handler.
    func write(_ frames: ByteBuffer, isVolatile: Bool = false) -> Bool {
        guard let backlog else {
            unflushed.append(FrameBatch.Write(frames: frames, isVolatile: isVolatile))
            // Beyond that the handler counts what waits.
            if unflushed.isFull { handler.value.write(unflushed.take()) }
            return true
        }
        guard let server = session?.server else { return true }
        if isVolatile,
            backlog.exceeds(
                bytes: server.configuration.volatileBacklogBytes, writes: server.configuration.volatileBacklogPackets)
        {
            server.configuration.observer?.volatileDropped()
            return true
        }
        backlog.add(frames.readableBytes)
        unflushed.append(FrameBatch.Write(frames: frames, isVolatile: isVolatile))
        return !backlog.exceeds(
            bytes: server.configuration.maxBufferedBytes, writes: server.configuration.maxBufferedPackets)
    }

    func flush() {
        let batch = unflushed.take()
        guard let backlog else { return handler.value.writeAndFlush(batch) }
        guard !batch.isEmpty else { return }
        channelLoop.execute { [handler] in
            handler.value.writeAndFlush(batch)
            backlog.subtract(bytes: batch.byteCount, writes: batch.count)
        }
    }

    /// Hands over what waits for a flush that will not come: the peer is about to be answered for the last time. On the
    /// channel's loop; what hops comes too late in any case.
    func drain() {
        if isLocal { handler.value.write(unflushed.take()) }
    }

    func setReading(paused: Bool) {
        onChannelLoop { $0.setReading(paused: paused) }
    }

    /// Says goodbye after everything written before, and forgets the session.
    func close(_ code: WebSocketErrorCode) {
        flush()
        onChannelLoop { $0.close(code) }
    }

    /// Drops the connection at once.
    func abort() {
        unflushed = FrameBatch()
        onChannelLoop { $0.abort() }
    }

    private func onChannelLoop(_ body: @escaping @Sendable (WebSocketHandler) -> Void) {
        if isLocal {
            body(handler.value)
        } else {
            channelLoop.execute { [handler] in body(handler.value) }
        }
    }

    // MARK: From the handler, on the channel's loop

    /// Hands packets over. False when the handler has to stop reading until it is told to go on.
    func packetsReceived(_ packets: [EngineIOPacket]) -> Bool {
        if isLocal {
            for packet in packets { session?.packetReceived(packet, from: self) }
            return true
        }
        home.execute {
            for packet in packets { self.session?.packetReceived(packet, from: self) }
            self.session?.batchTaken(from: self)
        }
        return false
    }

    /// One packet, without the array, where no hop is needed.
    func packetReceived(_ packet: EngineIOPacket) -> Bool {
        guard isLocal else { return packetsReceived([packet]) }
        session?.packetReceived(packet, from: self)
        return true
    }

    var batches: Bool { !isLocal }

    /// The connection is closed or closing. Called once.
    func connectionLost(_ reason: EngineIOCloseReason) {
        onHome { session, link in session.linkLost(link, reason: reason) }
    }

    /// The peer or the server wants the session closed, the connection being still there.
    func closeRequested(_ reason: EngineIOCloseReason) {
        onHome { session, _ in session.close(reason: reason) }
    }

    private func onHome(_ body: @escaping @Sendable (EngineIOSession, WebSocketLink) -> Void) {
        if isLocal {
            if let session { body(session, self) }
        } else {
            home.execute {
                if let session = self.session { body(session, self) }
            }
        }
    }

    func detach() {
        session = nil
    }
}
