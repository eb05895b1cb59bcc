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
        // Nothing more is read until its admission has ended, so that one client has one at a time under way.
        hold()
        guard let recovery = namespace.recovery, recovery.configuration.isWanted(handshake) else {
            return begin(namespace, handshake, recovery: nil)
        }
        let request = try? handshake.decodeAuth(RecoveryRequest.self)
        recovery.enter()
        guard let request, request.pid != nil else {
            let none = SocketRecovery(
                store: recovery, request: nil, claim: nil, brought: request?.offset ?? .none)
            return begin(namespace, handshake, recovery: none)
        }
        recovery.claim(request, on: session.eventLoop).assumeIsolated().whenComplete { result in
            // Only a stopping event loop fails, and there is nothing to have back then.
            let claim = (try? result.get()) ?? nil
            let recovery = SocketRecovery(store: recovery, request: request, claim: claim, brought: request.offset)
            self.begin(namespace, handshake, recovery: recovery)
        }
    }

    private func begin(_ namespace: Namespace, _ handshake: Handshake, recovery: SocketRecovery?) {
        let configuration = namespaces.context.configuration
        let id = recovery?.claim?.socketID ?? configuration.engine.makeID()
        let socket = Socket(
            id: id, namespace: namespace, handshake: handshake, connection: self, recovery: recovery)
        guard isOpen, slots.add(socket, limit: configuration.maxNamespacesPerConnection) else {
            recovery?.abandon()
            namespaces.leave(namespace)
            refuse(namespace.name, ConnectError(message: "Too many namespaces"))
            release()
            return
        }
        namespace.connectReceived(socket)
    }

    private func refuse(_ name: String, _ error: ConnectError) {
        session.send(PacketEncoder.connectError(namespace: name, json: error.json))
    }

    // MARK: For the sockets

    /// Whether a socket is still its own: it is not when it was disconnected, or the connection is gone.
    func holds(_ socket: Socket) -> Bool {
        session.eventLoop.assertInEventLoop()
        return slots.contains(socket)
    }

    /// Tells the client that the socket is connected.
    func confirm(_ socket: Socket, _ admission: Admission) {
        session.eventLoop.assertInEventLoop()
        connectTimeout.cancel()
        session.admit()
        for missed in admission.before { session.send(missed) }
        session.send(PacketEncoder.connect(namespace: socket.namespace.name, id: socket.id, pid: admission.pid))
        for missed in admission.after { session.send(missed) }
    }

    /// A socket that was never connected gives up its place.
    func forget(_ socket: Socket) {
        session.eventLoop.assertInEventLoop()
        _ = slots.remove(socket)
    }

    /// Lets the client of a socket that could not go on where another was lost begin anew.
    func connectAnew(after socket: Socket) {
        guard let earlier = socket.recovery else { return }
        hold()
        namespaces.enterAgain(socket.namespace)
        earlier.store.enter()
        begin(socket.namespace, socket.handshake, recovery: earlier.successor())
    }

    /// Its client is back on another connection.
    func supersede() {
        session.eventLoop.assertInEventLoop()
        session.close(reason: .transportClose)
    }

    func refuse(_ socket: Socket, _ error: ConnectError) {
        session.eventLoop.assertInEventLoop()
        if slots.remove(socket) { refuse(socket.namespace.name, error) }
    }

    /// The application disconnects a socket, or with it all the others of the connection and the connection itself.
    func disconnect(_ socket: Socket, closing: Bool) {
        session.eventLoop.assertInEventLoop()
        for other in closing ? slots.sockets : [socket] where slots.leave(other) {
            let name = other.namespace.name
            if other.isAdmitted {
                session.send(PacketEncoder.disconnect(namespace: name))
            } else {
                refuse(name, ConnectError(message: "Disconnected"))
            }
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
