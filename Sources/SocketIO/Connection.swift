import EngineIO
import Logging
import NIOCore

/// One Engine.IO session and its sockets, at most one per namespace.
///
/// `@unchecked Sendable`: everything is touched on the session's event loop only; the tasks that run middlewares only
/// carry it there and back.
final class Connection: EngineIOSessionHandler, TimeoutTarget, @unchecked Sendable {
    let session: EngineIOSession
    let namespaces: NamespaceRegistry
    private let timeouts: ConnectTimeouts
    private let connectTimeout = TimeoutEntry()
    private var decoder: PacketDecoder
    /// nil when there is no limit.
    let limiter: EventRateLimiter?
    private var slots = ConnectionSlots()
    private var isOpen = true
    private var fullInboxes = 0
    /// Set before the server closes the session for a reason that Engine.IO does not have.
    private var closeReason: DisconnectReason?

    init(session: EngineIOSession, namespaces: NamespaceRegistry, timeouts: ConnectTimeouts) {
        self.session = session
        self.namespaces = namespaces
        self.timeouts = timeouts
        self.decoder = PacketDecoder(configuration: namespaces.context.configuration)
        self.limiter = EventRateLimiter(configuration: namespaces.context.configuration)
    }

    // MARK: Session

    func sessionOpened() {
        timeouts.append(connectTimeout, for: self, on: session.eventLoop)
    }

    func timeoutExpired(_ entry: TimeoutEntry) {
        session.close()
    }

    func messageReceived(_ message: EngineIOMessage) {
        do {
            let packet =
                switch message {
                case .text(let text): try decoder.textReceived(text)
                case .binary(let bytes): try decoder.binaryReceived(bytes)
                }
            if let packet { packetReceived(packet) }
        } catch {
            namespaces.context.logger.debug(
                "a Socket.IO client sent a malformed packet", metadata: ["sid": "\(session.id)", "error": "\(error)"])
            session.close(reason: .parseError)
        }
    }

    func sessionClosed(reason: EngineIOCloseReason) {
        connectTimeout.cancel()
        limiter?.timer?.cancel()
        isOpen = false
        let sockets = slots.sockets
        slots.removeAll()
        for socket in sockets { socket.disconnected(closeReason ?? DisconnectReason(reason)) }
    }

    // MARK: Packets

    private func packetReceived(_ packet: SocketIOPacket) {
        guard mayHandle(packet) else { return closeForState() }
        switch (packet.content, slots[packet.namespace]) {
        case (.connect, .socket): closeForState()
        case (.connect(let auth), _): connect(to: packet.namespace, auth: auth)
        case (.disconnect, .socket(let socket)):
            _ = slots.leave(socket)
            socket.disconnected(.clientNamespaceDisconnect)
        case (.event(let name, let arguments, let ackID), .socket(let socket)):
            guard socket.isAdmitted else { return closeForState() }
            socket.eventReceived(name, arguments, attachments: packet.attachments, ackID: ackID)
        case (.ack(let id, let arguments), .socket(let socket)):
            socket.ackReceived(id, arguments, attachments: packet.attachments)
        case (.event, .none), (.ack, .none): closeForState()
        case (.disconnect, _), (.event, .left), (.ack, .left): break
        }
    }

    /// The client is connected, or not connected, to the namespace contrary to what its packet supposes; or it sends more
    /// than it may.
    private func closeForState() {
        closeReason = .forcedServerClose
        session.close()
    }

    private func connect(to name: String, auth: ByteBuffer?) {
        let handshake = Handshake(engine: session.handshake, auth: auth, codec: namespaces.context.codec)
        if let namespace = namespaces.existing(name) {
            connect(to: namespace, handshake)
        } else if namespaces.hasParents {
            enter(name, handshake)
        } else {
            refuse(name, ConnectError(message: "Invalid namespace"))
        }
    }

    /// Asks whether the namespace may be made. Nothing more is read meanwhile.
    private func enter(_ name: String, _ handshake: Handshake) {
        hold()
        namespaces.context.busySockets.enter()
        Task {
            let entry = await namespaces.enter(name, handshake)
            session.eventLoop.execute {
                switch entry {
                case .entered(let namespace): self.connect(to: namespace, handshake)
                case .unknown: self.refuse(name, ConnectError(message: "Invalid namespace"))
                case .full: self.refuse(name, ConnectError(message: "Too many namespaces"))
                }
                self.namespaces.context.busySockets.leave()
                self.release()
            }
        }
    }

    private func connect(to namespace: Namespace, _ handshake: Handshake) {
        let configuration = namespaces.context.configuration
        let socket = Socket(
            id: configuration.engine.makeID(), namespace: namespace, handshake: handshake, connection: self)
        guard isOpen, slots.add(socket, limit: configuration.maxNamespacesPerConnection) else {
            namespaces.leave(namespace)
            refuse(namespace.name, ConnectError(message: "Too many namespaces"))
            return
        }
        // Nothing more is read until its admission has ended, so that one client has one at a time under way.
        hold()
        namespace.connectReceived(socket)
    }

    private func refuse(_ name: String, _ error: ConnectError) {
        session.send(PacketEncoder.connectError(namespace: name, json: error.json))
    }

    // MARK: For the sockets

    /// The middlewares let the socket pass. False when its connection, or the socket, is gone meanwhile.
    func admit(_ socket: Socket) -> Bool {
        session.eventLoop.assertInEventLoop()
        guard slots.contains(socket) else { return false }
        connectTimeout.cancel()
        session.send(PacketEncoder.connect(namespace: socket.namespace.name, id: socket.id))
        return true
    }

    func refuse(_ socket: Socket, _ error: ConnectError) {
        session.eventLoop.assertInEventLoop()
        if slots.remove(socket) { refuse(socket.namespace.name, error) }
    }

    /// The application disconnects a socket, or with it all the others of the connection and the connection itself.
    func disconnect(_ socket: Socket, closing: Bool) {
        session.eventLoop.assertInEventLoop()
        for other in closing ? slots.sockets : [socket] where slots.leave(other) {
            if other.isAdmitted { session.send(PacketEncoder.disconnect(namespace: other.namespace.name)) }
            other.disconnected(.serverNamespaceDisconnect)
        }
        if closing { session.close() }
    }

    /// An inbox is full: the client has to wait.
    func hold() {
        fullInboxes += 1
        if fullInboxes == 1 { session.pauseReading() }
    }

    func release() {
        fullInboxes -= 1
        if fullInboxes == 0 { session.resumeReading() }
    }
}
