import NIOCore

/// Sockets that were chosen by their rooms, and what can be sent to all of them: a ``BroadcastOperator`` or a
/// ``ParentBroadcast``. It is a value: narrowing it down makes another one.
public protocol BroadcastSelection: BroadcastSource where Selection == Self {
    /// Which are meant.
    var selection: RoomSelection { get set }

    /// Sends an event to all of them, each once. It is encoded once, whatever their number.
    ///
    /// - Throws: ``SocketIOError/reservedEventName(_:)``, and what a payload throws when it is encoded.
    func emit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws

    /// Sends an event with one argument that is JSON already. It is sent as it is, unchecked.
    ///
    /// - Throws: ``SocketIOError/reservedEventName(_:)``.
    func emit(_ event: String, json: ByteBuffer) throws
}

extension BroadcastSelection {
    /// Itself.
    public var all: Self { self }

    func narrowed(_ change: (inout RoomSelection) -> Void) -> Self {
        var copy = self
        change(&copy.selection)
        return copy
    }
}
