import NIOCore

/// A selection of the sockets of all children of a ``ParentNamespace``.
public struct ParentBroadcast: Sendable {
    private let parent: ParentNamespace
    private var selection = RoomSelection()

    init(parent: ParentNamespace) {
        self.parent = parent
    }

    // MARK: Narrowing

    /// Adds rooms, of whichever child; see ``BroadcastOperator``.
    public func to(_ rooms: String...) -> Self { to(rooms) }

    /// Adds rooms, of whichever child.
    public func to(_ rooms: [String]) -> Self {
        var copy = self
        copy.selection.rooms += rooms
        return copy
    }

    /// Leaves out the sockets in any of these rooms.
    public func except(_ rooms: String...) -> Self { except(rooms) }

    /// Leaves out the sockets in any of these rooms.
    public func except(_ rooms: [String]) -> Self {
        var copy = self
        copy.selection.except += rooms
        return copy
    }

    /// See ``BroadcastOperator/volatile``.
    public var volatile: Self {
        var copy = self
        copy.selection.isVolatile = true
        return copy
    }

    /// See ``BroadcastOperator/local``.
    public var local: Self {
        var copy = self
        copy.selection.isLocal = true
        return copy
    }

    // MARK: Emitting

    /// Emits to each of the sockets once; see ``BroadcastOperator/emit(_:_:)``. The payload is encoded once.
    public func emit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        try send(event, try parent.context.codec.encode(repeat each payload))
    }

    /// Emits JSON to each of the sockets once; see ``BroadcastOperator/emit(_:json:)``.
    public func emit(_ event: String, json: ByteBuffer) throws {
        try send(event, EncodedPayload(arguments: [json]))
    }

    private func send(_ event: String, _ payload: EncodedPayload) throws {
        guard !ReservedEvents.contains(event) else { throw SocketIOError.reservedEventName(event) }
        for child in parent.children {
            try BroadcastOperator(namespace: child, selection: selection).send(event, payload)
        }
    }
}
