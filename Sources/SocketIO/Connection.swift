import EngineIO
import Logging
import NIOCore

/// One Engine.IO session and its sockets, one per namespace.
///
/// `@unchecked Sendable`: everything is touched on the session's event loop only; the tasks that run middlewares only
/// carry it there and back.
final class Connection: EngineIOSessionHandler, TimeoutTarget, @unchecked Sendable {
    private struct Slot {
        let namespace: Namespace
        /// nil: it was connected once, and packets that crossed its DISCONNECT may still come.
        var socket: Socket?
    }

    let session: EngineIOSession
    private let namespaces: NamespaceRegistry
    private let timeouts: ConnectTimeouts
    private let connectTimeout = TimeoutEntry()
    private var decoder: PacketDecoder
    /// One for each namespace the client was ever connected to, so never more than the application made.
    private var slots: [Slot] = []
    private var fullInboxes = 0
    private var isClosed = false
    /// Set before the server closes the session for a reason that Engine.IO does not have.
    private var closeReason: DisconnectReason?

    init(session: EngineIOSession, namespaces: NamespaceRegistry, timeouts: ConnectTimeouts) {
        self.session = session
        self.namespaces = namespaces
        self.timeouts = timeouts
        self.decoder = PacketDecoder(configuration: namespaces.context.configuration)
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
        isClosed = true
        let sockets = slots.compactMap(\.socket)
        slots = []
        for socket in sockets { socket.disconnected(closeReason ?? DisconnectReason(reason)) }
    }

    // MARK: Packets

    private func packetReceived(_ packet: SocketIOPacket) {
        let slot = slots.firstIndex { $0.namespace.name == packet.namespace }
        switch packet.content {
        case .connect(let auth): connect(to: packet.namespace, slot: slot, auth: auth)
        case .disconnect:
            guard let slot, let socket = slots[slot].socket else { return }
            slots[slot].socket = nil
            socket.disconnected(.clientNamespaceDisconnect)
        case .event(let name, let arguments, let ackID):
            guard let slot else { return closeForState() }
            guard let socket = slots[slot].socket else { return }
            guard socket.isAdmitted else { return closeForState() }
            socket.eventReceived(name, arguments, attachments: packet.attachments, ackID: ackID)
        case .ack(let id, let arguments):
            guard let slot else { return closeForState() }
            slots[slot].socket?.ackReceived(id, arguments, attachments: packet.attachments)
        }
    }

    /// The client is connected, or not connected, to the namespace contrary to what its packet supposes.
    private func closeForState() {
        closeReason = .forcedServerClose
        session.close()
    }

    private func connect(to name: String, slot: Int?, auth: ByteBuffer?) {
        guard let namespace = namespaces.existing(name) else {
            let answer = ConnectError(message: "Invalid namespace").json
            session.send(PacketEncoder.connectError(namespace: name, json: answer))
            return
        }
        if let slot, slots[slot].socket != nil { return closeForState() }
        // Nothing more is read until its admission has ended, so that one client has one at a time under way.
        hold()
        let handshake = Handshake(engine: session.handshake, auth: auth, codec: namespaces.context.codec)
        guard let recovery = namespace.recovery, recovery.configuration.isWanted(handshake) else {
            return begin(namespace, handshake, recovery: nil)
        }
        let request = try? handshake.decodeAuth(RecoveryRequest.self)
        recovery.enter()
        guard let request, request.pid != nil else {
            return begin(
                namespace, handshake, recovery: SocketRecovery(store: recovery, request: nil, claim: nil))
        }
        recovery.claim(request, on: session.eventLoop).assumeIsolated().whenComplete { result in
            // Only a stopping event loop fails, and there is nothing to have back then.
            let claim = (try? result.get()) ?? nil
            self.begin(
                namespace, handshake, recovery: SocketRecovery(store: recovery, request: request, claim: claim))
        }
    }

    private func begin(_ namespace: Namespace, _ handshake: Handshake, recovery: SocketRecovery?) {
        guard !isClosed else {
            recovery?.abandon()
            return
        }
        let id = recovery?.claim?.socketID ?? namespaces.context.configuration.engine.makeID()
        let socket = Socket(
            id: id, namespace: namespace, handshake: handshake, connection: self, recovery: recovery)
        if let slot = slots.firstIndex(where: { $0.namespace === namespace }) {
            slots[slot].socket = socket
        } else {
            slots.append(Slot(namespace: namespace, socket: socket))
        }
        namespace.connectReceived(socket)
    }

    // MARK: For the sockets

    /// Whether a socket is still its own: it is not when it was disconnected, or the connection is gone.
    func holds(_ socket: Socket) -> Bool {
        session.eventLoop.assertInEventLoop()
        return slots.contains { $0.socket === socket }
    }

    /// Tells the client that the socket is connected.
    func confirm(_ socket: Socket, _ admission: Admission) {
        session.eventLoop.assertInEventLoop()
        connectTimeout.cancel()
        for missed in admission.before { session.send(missed) }
        session.send(PacketEncoder.connect(namespace: socket.namespace.name, id: socket.id, pid: admission.pid))
        for missed in admission.after { session.send(missed) }
    }

    /// A socket that was never connected gives up its place.
    func forget(_ socket: Socket) {
        session.eventLoop.assertInEventLoop()
        slots.removeAll { $0.socket === socket }
    }

    /// Lets the client of a socket that could not go on where another was lost begin anew.
    func connectAnew(after socket: Socket) {
        hold()
        guard let recovery = socket.namespace.recovery else { return }
        recovery.enter()
        begin(
            socket.namespace, socket.handshake,
            recovery: SocketRecovery(store: recovery, request: nil, claim: nil))
    }

    /// Its client is back on another connection.
    func supersede() {
        session.eventLoop.assertInEventLoop()
        session.close(reason: .transportClose)
    }

    func refuse(_ socket: Socket, _ error: ConnectError) {
        session.eventLoop.assertInEventLoop()
        guard let slot = slots.firstIndex(where: { $0.socket === socket }) else { return }
        slots.remove(at: slot)
        session.send(PacketEncoder.connectError(namespace: socket.namespace.name, json: error.json))
    }

    /// The application disconnects a socket, or with it all the others of the connection and the connection itself.
    func disconnect(_ socket: Socket, closing: Bool) {
        session.eventLoop.assertInEventLoop()
        for slot in slots.indices {
            guard let other = slots[slot].socket, closing || other === socket else { continue }
            slots[slot].socket = nil
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
