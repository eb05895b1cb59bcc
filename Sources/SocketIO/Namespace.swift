import NIOCore
import Synchronization

/// A channel of communication that clients connect to, with its own handlers and rooms.
///
/// Handlers are shared by all of its sockets, so an idle socket holds none. They are async and run outside the event loops:
/// events of one socket one after the other in the order in which they came, those of different sockets at the same time.
public final class Namespace: Sendable {
    /// A check that a socket has to pass before it is connected.
    public typealias Middleware = @Sendable (Socket) async throws -> Void
    /// What is done about an event.
    public typealias EventHandler = @Sendable (Socket, SocketEvent) async throws -> Void

    /// With its leading slash.
    public let name: String

    let context: ServerContext
    let adapter: LocalAdapter
    let handlers = Mutex(NamespaceHandlers())
    /// nil: lost connections can't be recovered.
    let recovery: NamespaceRecovery?

    init(name: String, context: ServerContext) {
        self.name = name
        self.context = context
        self.adapter = LocalAdapter(context: context)
        self.recovery = context.configuration.connectionStateRecovery.map {
            NamespaceRecovery($0, namespace: name, server: context.configuration)
        }
    }

    /// Connected sockets.
    public var socketCount: Int { adapter.socketCount }

    // MARK: Handlers

    /// Adds a check of new sockets. Checks run in the order in which they were added, before the client is told that it is
    /// connected; rooms joined in one are effective from that moment on.
    ///
    /// - Parameter middleware: throws ``ConnectError`` to refuse the socket. Any other error is logged, and the client is
    ///   refused with `{"message":"Internal error"}`.
    public func use(_ middleware: @escaping Middleware) {
        handlers.withLock { $0.middlewares.append(middleware) }
    }

    /// Handles an event; a later handler of the same name replaces the earlier one.
    public func on(_ event: String, _ handler: @escaping EventHandler) {
        handlers.withLock { $0.events[event] = handler }
    }

    /// Handles events that have no handler of their own. Without it they are ignored.
    public func onAny(_ handler: @escaping EventHandler) {
        handlers.withLock { $0.fallback = handler }
    }

    /// Called when a client was told that it is connected, before any of its events.
    public func onConnection(_ handler: @escaping @Sendable (Socket) async -> Void) {
        handlers.withLock { $0.connection = handler }
    }

    /// Called last for each socket that was connected, after its pending events. It is in no room any more.
    public func onDisconnect(_ handler: @escaping @Sendable (Socket, DisconnectReason) async -> Void) {
        handlers.withLock { $0.disconnection = handler }
    }

    /// Called with what an event's handler threw. Without it errors are logged.
    public func onError(_ handler: @escaping @Sendable (Socket, SocketEvent, any Error) async -> Void) {
        handlers.withLock { $0.error = handler }
    }

    // MARK: Recovery

    /// Makes all that happened until now unrecoverable: events that were meant for this namespace were lost on their way
    /// here. Who is disconnected now, or got its last event before this call, is not recovered.
    public func forgetMissedEvents() {
        recovery?.forget()
    }

    // MARK: Sockets

    /// Sends an event to the sockets of this process.
    ///
    /// - Throws: ``SocketIOError/reservedEventName(_:)``.
    func broadcast(_ event: OutgoingEvent, to selection: RoomSelection) throws(SocketIOError) {
        if let recovery {
            try recovery.emit(event, to: selection) { adapter.broadcast($0, to: selection) }
        } else {
            adapter.broadcast(Delivery(plain: try event.encoded(in: name)), to: selection)
        }
    }

    /// All sockets, to be narrowed down.
    public var all: BroadcastOperator { BroadcastOperator(namespace: self, selection: RoomSelection()) }

    /// The sockets in any of the rooms.
    public func to(_ rooms: String...) -> BroadcastOperator { all.to(rooms) }
    /// The sockets in any of the rooms.
    public func to(_ rooms: [String]) -> BroadcastOperator { all.to(rooms) }
    /// The sockets in any of the rooms.
    public func `in`(_ rooms: String...) -> BroadcastOperator { all.to(rooms) }
    /// The sockets in any of the rooms.
    public func `in`(_ rooms: [String]) -> BroadcastOperator { all.to(rooms) }
    /// The sockets in none of the rooms.
    public func except(_ rooms: String...) -> BroadcastOperator { all.except(rooms) }
    /// The sockets in none of the rooms.
    public func except(_ rooms: [String]) -> BroadcastOperator { all.except(rooms) }

    /// Emits to every socket; see ``BroadcastOperator/emit(_:_:)``.
    public func emit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        try all.emit(event, repeat each payload)
    }

    /// Emits JSON to every socket; see ``BroadcastOperator/emit(_:json:)``.
    public func emit(_ event: String, json: ByteBuffer) throws {
        try all.emit(event, json: json)
    }

    /// The socket with this id, if it is connected here.
    public func socket(id: String) async -> Socket? {
        await adapter.sockets(in: RoomSelection(rooms: [id])).first { $0.id == id }
    }

    /// The rooms that have a connected socket here, the one of each socket's own id included.
    public func rooms() async -> Set<String> {
        await adapter.rooms()
    }
}
