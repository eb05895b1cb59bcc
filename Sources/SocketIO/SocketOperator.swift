import NIOCore

/// A socket, and how events are to be sent to it: `socket.volatile.emit(…)`, `socket.timeout(.seconds(5)).emitWithAck(…)`.
public struct SocketOperator: Sendable {
    private let socket: Socket
    private var isVolatile = false
    private var ackTimeout = Duration.seconds(10)

    init(socket: Socket) {
        self.socket = socket
    }

    // MARK: Flags

    /// See ``BroadcastOperator/volatile``.
    public var volatile: Self {
        var copy = self
        copy.isVolatile = true
        return copy
    }

    /// See ``BroadcastOperator/timeout(_:)``.
    public func timeout(_ duration: Duration) -> Self {
        var copy = self
        copy.ackTimeout = duration
        return copy
    }

    // MARK: This client

    /// Sends an event as ``Socket/emit(_:_:)`` does.
    public func emit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        try send(event, try socket.namespace.context.codec.encode(repeat each payload))
    }

    /// Sends an event as ``Socket/emit(_:json:)`` does.
    public func emit(_ event: String, json: ByteBuffer) throws {
        try send(event, EncodedPayload(arguments: [json]))
    }

    /// Sends an event as ``Socket/emit(_:json:)`` does.
    public func emit(_ event: String, json: [UInt8]) throws {
        try emit(event, json: ByteBuffer(bytes: json))
    }

    /// Sends an event as ``Socket/emitWithAck(_:_:timeout:)`` does, and throws what that throws. One that was dropped as
    /// volatile ends in ``SocketIOError/ackTimeout``.
    public func emitWithAck<each Payload: Encodable & Sendable>(
        _ event: String, _ payload: repeat each Payload
    ) async throws -> EventArguments {
        let encoded = try socket.namespace.context.codec.encode(repeat each payload)
        return try await socket.ask(event, encoded, timeout: ackTimeout, isVolatile: isVolatile)
    }

    private func send(_ event: String, _ payload: EncodedPayload) throws {
        try socket.send(OutgoingEvent(name: event, payload: payload), isVolatile: isVolatile)
    }

    // MARK: The others

    /// Everybody else in the namespace, with the same flags.
    public var broadcast: BroadcastOperator {
        let others = socket.broadcast.timeout(ackTimeout)
        return isVolatile ? others.volatile : others
    }

    /// The other sockets in any of the rooms, with the same flags.
    public func to(_ rooms: String...) -> BroadcastOperator { broadcast.to(rooms) }
    /// The other sockets in any of the rooms, with the same flags.
    public func to(_ rooms: [String]) -> BroadcastOperator { broadcast.to(rooms) }
    /// The other sockets in none of the rooms, with the same flags.
    public func except(_ rooms: String...) -> BroadcastOperator { broadcast.except(rooms) }
    /// The other sockets in none of the rooms, with the same flags.
    public func except(_ rooms: [String]) -> BroadcastOperator { broadcast.except(rooms) }
}

extension Socket {
    /// Sends events that are of no use when late; see ``BroadcastOperator/volatile``.
    public var volatile: SocketOperator { SocketOperator(socket: self).volatile }

    /// Waits for acknowledgements as long as this, instead of 10 s.
    public func timeout(_ duration: Duration) -> SocketOperator { SocketOperator(socket: self).timeout(duration) }
}
