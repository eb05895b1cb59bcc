import NIOCore

/// A selection of the sockets of all children of a ``ParentNamespace``; a room is that of whichever child has it.
///
/// The children are those that this server has when it is emitted to, each wherever its
/// sockets are: a child that exists on other servers of the cluster only is not reached.
public struct ParentBroadcast: BroadcastSelection {
    private let parent: ParentNamespace
    public var selection = RoomSelection()

    init(parent: ParentNamespace) {
        self.parent = parent
    }

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
