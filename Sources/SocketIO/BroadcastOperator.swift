import NIOCore

/// A selection of the sockets of a namespace, and what can be done to all of them.
public struct BroadcastOperator: BroadcastSelection {
    let namespace: Namespace
    public var selection: RoomSelection
    private(set) var ackTimeout = Duration.seconds(10)

    init(namespace: Namespace, selection: RoomSelection) {
        self.namespace = namespace
        self.selection = selection
    }

    /// See `timeout`, which is for all that a broadcast can begin at.
    func waiting(_ duration: Duration) -> Self {
        var copy = self
        copy.ackTimeout = duration
        return copy
    }

    // MARK: Emitting

    /// Sends an event to all of them, each once. It is encoded and framed once, whatever their number; what one task emits
    /// arrives in that order.
    ///
    /// - Throws: ``SocketIOError/reservedEventName(_:)``, and what a payload throws when it is encoded.
    public func emit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        try send(event, try namespace.context.codec.encode(repeat each payload))
    }

    /// Sends an event with one argument that is JSON already. It is sent as it is, unchecked.
    ///
    /// - Throws: ``SocketIOError/reservedEventName(_:)``.
    public func emit(_ event: String, json: ByteBuffer) throws {
        try send(event, EncodedPayload(arguments: [json]))
    }

    /// Sends an event with one argument that is JSON already. It is sent as it is, unchecked.
    public func emit(_ event: String, json: [UInt8]) throws {
        try emit(event, json: ByteBuffer(bytes: json))
    }

    /// Sends an event with arguments that are JSON already, and what their placeholders
    /// (`{"_placeholder":true,"num":0}`) stand for. They are sent as they are, unchecked.
    ///
    /// - Parameter key: tells what the event speaks of from everything else, such as the id of a stored message: for
    ///   ``ConnectionStateRecovery/backfill``, which then knows who has had it. 1 to 64 letters, digits, `_` and `-` of
    ///   ASCII; any other is as if there were none.
    /// - Throws: ``SocketIOError/reservedEventName(_:)``.
    public func emit(
        _ event: String, jsonArguments: [ByteBuffer], attachments: [ByteBuffer] = [], key: String? = nil
    ) throws {
        let payload = EncodedPayload(arguments: jsonArguments, attachments: attachments)
        try send(event, payload, key: key.flatMap { RecoveryOffset.isKey($0) ? $0 : nil })
    }

    func send(_ event: String, _ payload: EncodedPayload, key: String? = nil) throws {
        try namespace.broadcast(OutgoingEvent(name: event, payload: payload, key: key), to: selection)
    }

    // MARK: Commands

    /// Has all of them join rooms; done when it returns, by other servers of a cluster soon after. The same goes for the
    /// other commands.
    public func socketsJoin(_ rooms: String...) async { await socketsJoin(rooms) }

    /// Has all of them join rooms; done when it returns.
    public func socketsJoin(_ rooms: [String]) async {
        await namespace.adapter.join(rooms, in: selection)
        publish(.join(rooms, selection))
    }

    /// Has all of them leave rooms; done when it returns.
    public func socketsLeave(_ rooms: String...) async { await socketsLeave(rooms) }

    /// Has all of them leave rooms; done when it returns.
    public func socketsLeave(_ rooms: [String]) async {
        await namespace.adapter.leave(rooms, in: selection)
        publish(.leave(rooms, selection))
    }

    /// Disconnects all of them; see ``Socket/disconnect(close:)``. Their handlers may still be at work when it returns.
    public func disconnectSockets(close: Bool = false) async {
        await namespace.adapter.disconnect(in: selection, closing: close)
        publish(.disconnect(selection, closing: close))
    }

    /// The connected ones of this process; ``fetchRemoteSockets(timeout:)`` has those of the whole cluster.
    public func fetchSockets() async -> [Socket] {
        await namespace.adapter.sockets(in: selection)
    }
}
