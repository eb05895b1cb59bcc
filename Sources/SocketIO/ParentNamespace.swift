import Synchronization

/// Handlers for namespaces that are made when a client connects to one, such as one for each tenant.
///
/// A child is a ``Namespace`` like any other. It is made with the first socket that connects to it, shares its parent's
/// handlers, may be given others of its own, and is forgotten when its last socket has left and `onDisconnect` is done, and
/// with it what ``ConnectionStateRecovery`` kept: who comes back to a child that had nobody left begins anew.
/// ``SocketIOConfiguration/maxDynamicNamespaces`` bounds how many there are.
///
/// ```swift
/// let tenants = io.of(matching: { name, handshake in name.hasPrefix("/tenant-") })
/// tenants.on("hello") { socket, event in try event.ack(socket.namespace.name) }
/// ```
public final class ParentNamespace: HandlerRegistration, BroadcastSource {
    /// Whether a client may connect to a child of this name. Asked for each client, also when the child exists already,
    /// because the answer may depend on what the client brought.
    public typealias Predicate = @Sendable (_ name: String, _ handshake: Handshake) async -> Bool

    public let handlers = HandlerTable()

    let admits: Predicate
    let context: ServerContext
    private let namespaces = Mutex<[String: Namespace]>([:])
    private let ackIDs = Atomic<UInt64>(0)
    private let preparations = Mutex<[@Sendable (Namespace) -> Void]>([])

    init(context: ServerContext, admits: @escaping Predicate) {
        self.context = context
        self.admits = admits
    }

    /// The children there are at the moment, in no order.
    public var children: [Namespace] { namespaces.withLock { Array($0.values) } }

    /// Called with each new child before anybody is in it, to give it handlers of its own. When several clients connect to a
    /// new name at the same time, it may be called for a namespace that is then not used.
    public func onNewNamespace(_ prepare: @escaping @Sendable (Namespace) -> Void) {
        preparations.withLock { $0.append(prepare) }
    }

    /// The sockets of all children that this server has at the moment, to be narrowed down. Those of other servers are
    /// reached only in children that have a socket here, too.
    public var all: ParentBroadcast { ParentBroadcast(parent: self) }

    /// The id of a question to a socket of any child.
    func makeAckID() -> UInt64 { ackIDs.wrappingAdd(1, ordering: .relaxed).oldValue }

    // MARK: For the registry

    func makeChild(_ name: String) -> Namespace {
        let child = Namespace(name: name, context: context, parent: self)
        for prepare in preparations.withLock({ $0 }) { prepare(child) }
        return child
    }

    // These two are called under the registry's lock.

    func add(_ child: Namespace) {
        namespaces.withLock { $0[child.name] = child }
    }

    func remove(_ child: Namespace) {
        namespaces.withLock { $0[child.name] = nil }
    }
}
