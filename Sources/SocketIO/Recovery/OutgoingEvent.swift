import EngineIO

/// An event that is emitted, before it is framed.
struct OutgoingEvent: Sendable {
    let name: String
    let payload: EncodedPayload
    /// See ``ReplayedEvent/key``.
    var key: String?

    /// - Throws: ``SocketIOError/reservedEventName(_:)``.
    func encoded(in namespace: String) throws(SocketIOError) -> EngineIOOutgoing {
        try PacketEncoder.event(namespace: namespace, name: name, payload: payload)
    }
}

extension OutgoingEvent {
    init(_ event: ReplayedEvent) {
        self.init(name: event.name, payload: EncodedPayload(arguments: event.arguments), key: event.key)
    }
}
