import Logging
import NIOCore

extension Namespace {
    /// What is done about an event of another server; what it returns is the answer, when one is asked for.
    public typealias ServerSideHandler = @Sendable (ServerSideEvent) async throws -> (any Encodable & Sendable)?

    // MARK: Servers among themselves

    /// Sends an event to the other servers of the cluster, which handle it with ``onServerSideEmit(_:_:)``. Without a
    /// cluster there are none.
    ///
    /// - Throws: what a payload throws when it is encoded.
    public func serverSideEmit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        let encoded = ClusterMessage.Payload(try context.codec.encode(repeat each payload))
        let event = ClusterMessage.Event(name: event, payload: encoded)
        context.cluster?.publish(
            .request(id: "", .serverSideEmit(event, wantsAnswer: false)), in: name)
    }

    /// Sends an event to the other servers of the cluster and waits for the answer of each.
    ///
    /// - Returns: what their handlers returned, in no order; servers whose handler has failed, or returned nothing, or that
    ///   have none, are left out.
    /// - Throws: ``SocketIOError/clusterTimeout(answers:of:)``, and what the adapter or the encoding throws.
    public func serverSideEmitWithAck<each Payload: Encodable>(
        _ event: String, _ payload: repeat each Payload, timeout: Duration = .seconds(5)
    ) async throws -> [EventArguments] {
        let encoded = ClusterMessage.Payload(try context.codec.encode(repeat each payload))
        guard let cluster = context.cluster else { return [] }
        let request = ClusterMessage.Request.serverSideEmit(
            ClusterMessage.Event(name: event, payload: encoded), wantsAnswer: true)
        return try await cluster.gather(request, in: name, timeout: timeout).compactMap { answer in
            guard case .event(let payload?) = answer else { return nil }
            return payload.arguments(context.codec)
        }
    }

    /// Handles an event of other servers; a later handler of the same name replaces the earlier one. Called outside the
    /// event loops, for several events at a time. What it throws is logged.
    public func onServerSideEmit(_ event: String, _ handler: @escaping ServerSideHandler) {
        handlers.withLock { $0.serverSide[event] = handler }
    }

    // MARK: For other servers

    /// Does what another server asks. Returns at once; commands and events keep their order.
    func perform(_ message: ClusterMessage, for cluster: ServerCluster) {
        switch message.content {
        case .emit(let event, let selection, let key):
            let event = OutgoingEvent(name: event.name, payload: event.payload.encoded, key: key)
            // The name was checked where it was emitted.
            try? broadcastHere(event, to: selection)
        case .join(let rooms, let selection):
            adapter.command { table in
                for socket in table.sockets(in: selection) { table.join(rooms, socket) }
            }
        case .leave(let rooms, let selection):
            adapter.command { table in
                for socket in table.sockets(in: selection) { table.leave(rooms, socket) }
            }
        case .disconnect(let selection, let closing):
            adapter.command { table in
                for socket in table.sockets(in: selection) { socket.connection.disconnect(socket, closing: closing) }
            }
        case .request(let id, let request):
            Task { await answer(request, id: id, to: message.sender, cluster) }
        case .answer: break
        }
    }

    private func answer(
        _ request: ClusterMessage.Request, id: String, to server: String, _ cluster: ServerCluster
    ) async {
        @Sendable func answer(_ answer: ClusterMessage.Answer) {
            cluster.publish(.answer(id: id, to: server, answer), in: name)
        }
        switch request {
        case .sockets(let selection):
            var found: [RemoteSocket.Description] = []
            for socket in await adapter.sockets(in: selection) { found.append(await .init(socket)) }
            answer(.sockets(found))
        case .ask(let event, let selection, let timeout):
            let sockets = await adapter.sockets(in: selection)
            answer(.asked(sockets.count))
            for socket in sockets {
                socket.ask(
                    event.name, event.payload.encoded, timeout: .milliseconds(timeout),
                    isVolatile: selection.isVolatile
                ) { answer(.acknowledged((try? $0.get()).map(ClusterMessage.Payload.init))) }
            }
        case .serverSideEmit(let event, let wantsAnswer):
            let payload = await handle(event, of: server)
            if wantsAnswer { answer(.event(payload)) }
        }
    }

    private func encoded<Answer: Encodable>(_ answer: Answer) throws -> EncodedPayload {
        try context.codec.encode(answer)
    }

    private func handle(_ event: ClusterMessage.Event, of server: String) async -> ClusterMessage.Payload? {
        guard let handler = handlers.withLock({ $0.serverSide[event.name] }) else { return nil }
        do {
            let told = ServerSideEvent(
                name: event.name, arguments: event.payload.arguments(context.codec), sender: server)
            guard let answer = try await handler(told) else { return nil }
            return ClusterMessage.Payload(try encoded(answer))
        } catch {
            context.logger.error(
                "a handler of another server's event failed",
                metadata: ["event": "\(event.name)", "error": "\(error)"])
            return nil
        }
    }
}
