import NIOCore
import Synchronization

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
        let sockets = await fetchSockets()
        let (answers, continuation) = AsyncStream<EventArguments>.makeStream()
        guard !sockets.isEmpty else {
            continuation.finish()
            return BroadcastAnswers(count: 0, answers: answers)
        }
        let missing = AnswerCount(sockets.count)
        for socket in sockets {
            socket.ask(event, payload, timeout: timeout ?? ackTimeout, isVolatile: selection.isVolatile) { result in
                if case .success(let arguments) = result { continuation.yield(arguments) }
                if missing.countDown() { continuation.finish() }
            }
        }
        return BroadcastAnswers(count: sockets.count, answers: answers)
    }
}

/// How many questions are open.
private final class AnswerCount: Sendable {
    private let missing: Atomic<Int>

    init(_ count: Int) {
        missing = Atomic(count)
    }

    /// True for the last one.
    func countDown() -> Bool { missing.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}
