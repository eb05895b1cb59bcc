import EngineIO
import NIOCore
import Synchronization

/// A client in one namespace.
///
/// It lives on one event loop. What is called from elsewhere is done there, in the order in which one task calls it.
///
/// `@unchecked Sendable`: `membership`, `acks`, `state`, `watchesOutgoing` are touched on `eventLoop` only, checked in debug builds; the rest
/// is constant or behind a lock.
public final class Socket: @unchecked Sendable, Hashable {
    enum State {
        /// The middlewares are at work.
        case connecting
        case connected
        case disconnected
    }

    /// What may be touched from any task.
    private struct Shared {
        var inbox = SocketInbox()
        var data: (any Sendable)?
        /// nil, as for most: it has no handlers of its own.
        var handlers: SocketHandlers?
        var isConnected = false
        var isRecovered = false
    }

    /// 20 unpredictable characters. It is also a room that only this socket is in.
    public let id: String
    /// Where it is connected.
    public let namespace: Namespace
    /// What it brought when it connected.
    public let handshake: Handshake
    /// Where it lives.
    public let eventLoop: any EventLoop

    /// nil: its connection can't be recovered.
    let recovery: SocketRecovery?
    let session: EngineIOSession
    let connection: Connection
    /// Its place in the loop's room table.
    var membership = Membership()
    var acks: PendingAcks?
    private(set) var state = State.connecting
    /// Whether somebody wants to see what is sent to it, so that nobody else pays for that.
    var watchesOutgoing = false
    private let shared = Mutex(Shared())

    init(
        id: String, namespace: Namespace, handshake: Handshake, connection: Connection, recovery: SocketRecovery? = nil
    ) {
        self.id = id
        self.namespace = namespace
        self.handshake = handshake
        self.connection = connection
        self.recovery = recovery
        self.session = connection.session
        self.eventLoop = connection.session.eventLoop
    }

    // MARK: State

    /// Whether the client was told that it is connected, and neither side has disconnected since.
    public var isConnected: Bool { shared.withLock { $0.isConnected } }

    /// Whether it goes on where an earlier connection of its client was lost: with the id, rooms and data that it had
    /// then, and nothing missed. See ``ConnectionStateRecovery``. False until it is connected.
    public var isRecovered: Bool { shared.withLock { $0.isRecovered } }

    /// Keeps a value of the application with the socket, such as the user who signed in.
    public func setData(_ value: any Sendable) {
        shared.withLock { $0.data = value }
    }

    /// The value kept with the socket; nil when there is none of this type.
    public func data<Value>(as type: Value.Type = Value.self) -> Value? {
        shared.withLock { $0.data } as? Value
    }

    /// The handlers of this socket only; nil when it has none.
    var ownHandlers: SocketHandlers? { shared.withLock { $0.handlers } }

    /// The handlers of this socket only, to be added to.
    func makeOwnHandlers() -> SocketHandlers {
        shared.withLock { shared in
            let handlers = shared.handlers ?? SocketHandlers()
            shared.handlers = handlers
            return handlers
        }
    }

    // MARK: Life, on the loop

    /// Whether the client was told that it is connected. On the loop only.
    var isAdmitted: Bool { state == .connected }

    /// - Parameter backfill: what the application has it get first.
    func admit(backfill: Backfill? = nil) {
        eventLoop.assertInEventLoop()
        guard state == .connecting, connection.holds(self) else {
            discard()
            return
        }
        var admission = Admission()
        if let recovery {
            guard let recovered = recovery.admit(self, backfill: backfill) else { return startAnew() }
            admission = recovered
        }
        state = .connected
        shared.withLock { shared in
            shared.isConnected = true
            shared.isRecovered = admission.isRecovered
            if admission.isRecovered, shared.data == nil { shared.data = recovery?.claim?.data }
        }
        connection.confirm(self, admission)
        namespace.adapter.socketConnected()
        enqueue(.connected)
        connection.release()
    }

    func refuse(_ error: ConnectError) {
        eventLoop.assertInEventLoop()
        connection.refuse(self, error)
        discard()
    }

    /// It may not, or can't, have what was kept for its client, which gets a new socket instead.
    func startAnew() {
        eventLoop.assertInEventLoop()
        let isPresent = connection.holds(self)
        connection.forget(self)
        // Before the client is read on.
        if isPresent { connection.connectAnew(after: self) }
        discard()
    }

    /// It never was connected, and nobody has to be told.
    private func discard() {
        state = .disconnected
        recovery?.abandon()
        namespace.adapter.remove(self)
        forget()
        connection.release()
    }

    /// Everything is done for it, and its namespace is not kept for its sake any more.
    func forget() {
        connection.namespaces.leave(namespace)
        namespace.context.busySockets.leave()
    }

    func disconnected(_ reason: DisconnectReason) {
        eventLoop.assertInEventLoop()
        // While the middlewares are at work they end it themselves.
        guard state == .connected else { return }
        state = .disconnected
        let data = shared.withLock { shared in
            shared.isConnected = false
            return shared.data
        }
        recovery?.end(self, reason, data: data)
        namespace.adapter.socketDisconnected()
        acks?.failAll()
        acks = nil
        if namespace.watchesDisconnecting {
            enqueue(.disconnecting(reason, rooms: membership.rooms.map(\.name)))
        } else {
            namespace.adapter.remove(self)
        }
        enqueue(.disconnected(reason))
    }

    // MARK: Events

    func eventReceived(_ name: String, _ arguments: [ByteBuffer], attachments: [ByteBuffer], ackID: UInt64?) {
        let arguments = EventArguments(json: arguments, attachments: attachments, codec: namespace.context.codec)
        let acknowledger = ackID.map { Acknowledger(socket: self, id: $0) }
        enqueue(.event(SocketEvent(name: name, arguments: arguments, acknowledger: acknowledger)))
    }

    private func enqueue(_ item: InboxItem) {
        let limit = namespace.context.configuration.inboxLimit
        let arrival = shared.withLock { $0.inbox.append(item, limit: limit) }
        if arrival.holds { connection.hold() }
        if arrival.startsDraining { Task { await self.drain() } }
    }

    private func drain() async {
        let limit = namespace.context.configuration.inboxLimit
        while true {
            let (item, releases) = shared.withLock { $0.inbox.next(limit: limit) }
            if releases { eventLoop.execute { self.connection.release() } }
            guard let item else { return }
            await namespace.handle(item, of: self)
        }
    }

    // MARK: Hashable

    public static func == (left: Socket, right: Socket) -> Bool { left === right }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }
}
