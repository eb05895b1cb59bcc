import Synchronization

/// A channel of communication that clients connect to, with its own handlers and rooms.
///
/// Handlers (see ``HandlerRegistration``) are shared by all of its sockets, so an idle socket holds none.
public final class Namespace: HandlerRegistration, BroadcastSource {
    /// A check that a socket has to pass before it is connected.
    public typealias Middleware = @Sendable (Socket) async throws -> Void
    /// What is done about an event.
    public typealias EventHandler = @Sendable (Socket, SocketEvent) async throws -> Void

    /// With its leading slash.
    public let name: String

    let context: ServerContext
    let adapter: LocalAdapter
    /// nil: lost connections can't be recovered.
    let recovery: NamespaceRecovery?
    /// Whose child it is; nil when the application made it by its name.
    let parent: ParentNamespace?
    public let handlers = HandlerTable()
    private let ackIDs = Atomic<UInt64>(0)

    init(name: String, context: ServerContext, parent: ParentNamespace? = nil) {
        self.name = name
        self.context = context
        self.parent = parent
        self.adapter = LocalAdapter(context: context)
        self.recovery = context.configuration.connectionStateRecovery.map {
            NamespaceRecovery($0, namespace: name, server: context.configuration)
        }
    }

    /// Connected sockets.
    public var socketCount: Int { adapter.socketCount }

    /// The id of a question. No two of the namespace have the same, because a client sends the answer to one of a connection
    /// that was lost over the next; children count together, as one may be made anew meanwhile.
    func makeAckID() -> UInt64 {
        parent?.makeAckID() ?? ackIDs.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    // MARK: Recovery

    /// Makes all that happened until now unrecoverable: events that were meant for this namespace were lost on their way
    /// here. Who is disconnected now, or got its last event before this call, is not recovered.
    public func forgetMissedEvents() {
        recovery?.forget()
    }

    // MARK: Sockets

    /// Sends an event to the sockets of all servers.
    ///
    /// - Throws: ``SocketIOError/reservedEventName(_:)``.
    func broadcast(_ event: OutgoingEvent, to selection: RoomSelection) throws(SocketIOError) {
        try broadcastHere(event, to: selection)
        guard let cluster = context.cluster, !selection.isLocal else { return }
        let told = ClusterMessage.Event(name: event.name, payload: ClusterMessage.Payload(event.payload))
        cluster.publish(.emit(told, selection, key: event.key), in: name)
    }

    /// Sends an event to the sockets of this process.
    func broadcastHere(_ event: OutgoingEvent, to selection: RoomSelection) throws(SocketIOError) {
        if let recovery {
            try recovery.emit(event, to: selection) { adapter.broadcast($0, to: selection) }
        } else {
            adapter.broadcast(Delivery(event: event.name, plain: try event.encoded(in: name)), to: selection)
        }
    }

    /// All sockets, to be narrowed down.
    public var all: BroadcastOperator { BroadcastOperator(namespace: self, selection: RoomSelection()) }

    /// The socket with this id, if it is connected here.
    public func socket(id: String) async -> Socket? {
        await adapter.sockets(in: RoomSelection(rooms: [id])).first { $0.id == id }
    }

    /// The rooms that have a connected socket here, the one of each socket's own id included.
    public func rooms() async -> Set<String> {
        await adapter.rooms()
    }
}
