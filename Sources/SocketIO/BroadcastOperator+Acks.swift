import EngineIO
import NIOCore

extension BroadcastOperator {
    /// Sends an event to all of them and asks each for an acknowledgement.
    ///
    /// - Parameter timeout: after which no more answers are waited for; nil as ``timeout(_:)`` says.
    /// - Throws: ``SocketIOError/reservedEventName(_:)``, and what a payload throws when it is encoded.
    public func emitWithAck<each Payload: Encodable>(
        _ event: String, _ payload: repeat each Payload, timeout: Duration? = nil
    ) async throws -> BroadcastAnswers {
        try await ask(event, try namespace.context.codec.encode(repeat each payload), timeout: timeout)
    }

    /// Sends an event as ``emit(_:jsonArguments:attachments:)`` does, and asks each for an acknowledgement.
    public func emitWithAck(
        _ event: String, jsonArguments: [ByteBuffer], attachments: [ByteBuffer] = [], timeout: Duration? = nil
    ) async throws -> BroadcastAnswers {
        try await ask(event, EncodedPayload(arguments: jsonArguments, attachments: attachments), timeout: timeout)
    }

    private func ask(_ event: String, _ payload: EncodedPayload, timeout: Duration?) async throws -> BroadcastAnswers {
        guard !ReservedEvents.contains(event) else { throw SocketIOError.reservedEventName(event) }
        let timeout = timeout ?? ackTimeout
        let cluster = selection.isLocal ? nil : namespace.context.cluster
        let servers = try await cluster?.peerCount() ?? 0
        let sockets = await fetchSockets()
        let collector = AnswerCollector(sockets: sockets.count, servers: servers)
        for socket in sockets {
            socket.ask(event, payload, timeout: timeout, isVolatile: selection.isVolatile) {
                collector.answered(try? $0.get())
            }
        }
        if let cluster, servers > 0 { ask(event, payload, timeout: timeout, of: cluster, collector) }
        return BroadcastAnswers(count: await collector.count(), answers: collector.answers)
    }

    private func ask(
        _ event: String, _ payload: EncodedPayload, timeout: Duration, of cluster: ServerCluster,
        _ collector: AnswerCollector
    ) {
        let codec = namespace.context.codec
        let request = ClusterMessage.Request.ask(
            ClusterMessage.Event(name: event, payload: ClusterMessage.Payload(payload)), selection,
            timeoutMilliseconds: timeout.wholeMilliseconds)
        let id = cluster.ask(request, in: namespace.name) { answer in
            switch answer {
            case .asked(let count): collector.serverAsks(count)
            case .acknowledged(let payload): collector.answered(payload?.arguments(codec))
            case .sockets, .event: break
            }
        }
        // Other servers wait as long; what they have to say needs a little longer to arrive.
        Task {
            try? await Task.sleep(for: timeout + .milliseconds(500))
            cluster.forget(id)
            collector.giveUp()
        }
    }
}
