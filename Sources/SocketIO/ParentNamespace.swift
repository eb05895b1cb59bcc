import NIOCore
import Synchronization

/// Handlers for namespaces that are made when a client connects to one, such as one for each tenant.
///
/// A child is a ``Namespace`` like any other. It is made with the first socket that connects to it, shares its parent's
/// handlers, may be given others of its own, and is forgotten when its last socket has left and `onDisconnect` is done.
/// ``SocketIOConfiguration/maxDynamicNamespaces`` bounds how many there are.
///
/// ```swift
/// let tenants = io.of(matching: { name, handshake in name.hasPrefix("/tenant-") })
/// tenants.on("hello") { socket, event in try event.ack(socket.namespace.name) }
/// ```
public final class ParentNamespace: HandlerRegistration {
    /// Whether a client may connect to a child of this name. Asked for each client, also when the child exists already,
    /// because the answer may depend on what the client brought.
    public typealias Predicate = @Sendable (_ name: String, _ handshake: Handshake) async -> Bool

    public let handlers = HandlerTable()

    let admits: Predicate
    private let context: ServerContext
    private let namespaces = Mutex<[String: Namespace]>([:])

    init(context: ServerContext, admits: @escaping Predicate) {
        self.context = context
        self.admits = admits
    }

    /// The children there are at the moment, in no order.
    public var children: [Namespace] { namespaces.withLock { Array($0.values) } }

    /// Emits to every socket of every child; see ``BroadcastOperator/emit(_:_:)``. The payload is encoded once.
    public func emit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        try emit(event, encoded: try context.codec.encode(repeat each payload))
    }

    /// Emits JSON to every socket of every child; see ``BroadcastOperator/emit(_:json:)``.
    public func emit(_ event: String, json: ByteBuffer) throws {
        try emit(event, encoded: EncodedPayload(arguments: [json]))
    }

    private func emit(_ event: String, encoded payload: EncodedPayload) throws {
        guard !ReservedEvents.contains(event) else { throw SocketIOError.reservedEventName(event) }
        for child in children { try child.all.send(event, payload) }
    }

    // MARK: For the registry, which calls them under its own lock

    func add(_ child: Namespace) {
        namespaces.withLock { $0[child.name] = child }
    }

    func remove(_ child: Namespace) {
        namespaces.withLock { $0[child.name] = nil }
    }
}
