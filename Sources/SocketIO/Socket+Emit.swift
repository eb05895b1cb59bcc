import EngineIO
import NIOCore

extension Socket {
    /// Sends an event to this client. Nothing is sent, and nothing thrown, when it is not connected.
    ///
    /// - Throws: ``SocketIOError/reservedEventName(_:)``, and what a payload throws when it is encoded.
    public func emit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        try send(OutgoingEvent(name: event, payload: try namespace.context.codec.encode(repeat each payload)))
    }

    /// Sends an event with one argument that is JSON already. It is sent as it is, unchecked.
    ///
    /// - Throws: ``SocketIOError/reservedEventName(_:)``.
    public func emit(_ event: String, json: ByteBuffer) throws {
        try send(OutgoingEvent(name: event, payload: EncodedPayload(arguments: [json])))
    }

    /// Sends an event with one argument that is JSON already. It is sent as it is, unchecked.
    public func emit(_ event: String, json: [UInt8]) throws {
        try emit(event, json: ByteBuffer(bytes: json))
    }

    /// Sends an event and waits for the client's acknowledgement.
    ///
    /// - Returns: the arguments of the acknowledgement.
    /// - Throws: ``SocketIOError/ackTimeout``, ``SocketIOError/disconnected``, ``SocketIOError/tooManyPendingAcks``,
    ///   ``SocketIOError/reservedEventName(_:)``, a `CancellationError`, and what a payload throws when it is encoded.
    public func emitWithAck<each Payload: Encodable & Sendable>(
        _ event: String, _ payload: repeat each Payload, timeout: Duration = .seconds(10)
    ) async throws -> EventArguments {
        let encoded = try namespace.context.codec.encode(repeat each payload)
        return try await ask(event, encoded, timeout: timeout, isVolatile: false)
    }

    func ask(
        _ event: String, _ payload: EncodedPayload, timeout: Duration, isVolatile: Bool
    ) async throws -> EventArguments {
        let id = namespace.makeAckID()
        let outgoing = try PacketEncoder.event(namespace: namespace.name, name: event, ackID: id, payload: payload)
        let answer = eventLoop.makePromise(of: EventArguments.self)
        return try await withTaskCancellationHandler {
            eventLoop.execute {
                self.ask(id, outgoing, answer: answer, timeout: TimeAmount(timeout), isVolatile: isVolatile)
            }
            // A task cancelled before the question was asked has run its handler for nothing.
            if Task.isCancelled { cancelAck(id) }
            return try await answer.futureResult.get()
        } onCancel: {
            cancelAck(id)
        }
    }

    /// Sends an event and asks for an acknowledgement, without a task that waits for it.
    ///
    /// - Parameter completion: called once, on the socket's loop.
    func ask(
        _ event: String, _ payload: EncodedPayload, timeout: Duration, isVolatile: Bool,
        _ completion: @escaping @Sendable (Result<EventArguments, any Error>) -> Void
    ) {
        let id = namespace.makeAckID()
        let answer = eventLoop.makePromise(of: EventArguments.self)
        answer.futureResult.whenComplete(completion)
        do {
            let outgoing = try PacketEncoder.event(
                namespace: namespace.name, name: event, ackID: id, payload: payload)
            eventLoop.execute {
                self.ask(id, outgoing, answer: answer, timeout: TimeAmount(timeout), isVolatile: isVolatile)
            }
        } catch {
            answer.fail(error)
        }
    }

    private func ask(
        _ id: UInt64, _ outgoing: EngineIOOutgoing, answer: EventLoopPromise<EventArguments>, timeout: TimeAmount,
        isVolatile: Bool
    ) {
        guard isAdmitted else { return answer.fail(SocketIOError.disconnected) }
        guard (acks?.count ?? 0) < namespace.context.configuration.maxPendingAcks else {
            return answer.fail(SocketIOError.tooManyPendingAcks)
        }
        let timer = eventLoop.scheduleTask(in: timeout) { self.completeAck(id, .failure(SocketIOError.ackTimeout)) }
        if acks == nil { acks = PendingAcks() }
        acks?.add(id, answer: answer, timer: timer)
        write(outgoing, isVolatile: isVolatile)
    }

    private func cancelAck(_ id: UInt64) {
        eventLoop.execute { self.completeAck(id, .failure(CancellationError())) }
    }

    private func completeAck(_ id: UInt64, _ result: Result<EventArguments, any Error>) {
        acks?.complete(id, result)
        if acks?.count == 0 { acks = nil }
    }

    func ackReceived(_ id: UInt64, _ arguments: [ByteBuffer], attachments: [ByteBuffer]) {
        let arguments = EventArguments(json: arguments, attachments: attachments, codec: namespace.context.codec)
        completeAck(id, .success(arguments))
    }

    /// Ends the connection to the namespace. The client is told, and does not connect again on its own. One that is still
    /// connecting is told by CONNECT_ERROR `{"message":"Disconnected"}`.
    ///
    /// - Parameter close: also closes the connection, and with it the client's sockets of other namespaces.
    public func disconnect(close: Bool = false) {
        eventLoop.execute { self.connection.disconnect(self, closing: close) }
    }

    /// Sends an event behind everything that was sent before.
    func send(_ event: OutgoingEvent, isVolatile: Bool = false) throws(SocketIOError) {
        guard let recovery else { return send(try event.encoded(in: namespace.name), isVolatile: isVolatile) }
        try recovery.store.emit(event, to: RoomSelection(rooms: [id], isVolatile: isVolatile)) { delivery in
            eventLoop.execute {
                if let outgoing = delivery.outgoing(for: self) { self.write(outgoing, isVolatile: isVolatile) }
            }
        }
    }

    /// Sends a packet behind everything that was sent before.
    func send(_ outgoing: EngineIOOutgoing, isVolatile: Bool = false) {
        eventLoop.execute { self.write(outgoing, isVolatile: isVolatile) }
    }

    /// Sends a packet at once. On the loop only.
    func write(_ outgoing: EngineIOOutgoing, isVolatile: Bool) {
        guard isAdmitted else { return }
        if watchesOutgoing { tellListeners(of: outgoing) }
        session.write(outgoing, isVolatile: isVolatile)
    }
}
