import Logging
import MsgKit

/// Puts messages into queues with the broker's confirmation, and makes queues that are missing.
struct QueueWriter: Sendable {
    let publisher: Publisher
    let errands: BrokerErrands
    let topology: QueueTopology
    let options: RabbitMQOptions
    let logger: Logger

    /// Publishes so many at a time as the options say.
    func publish(_ messages: [OutgoingMessage]) async throws {
        let size = max(1, options.publishBatch)
        for start in stride(from: 0, to: messages.count, by: size) {
            let batch = messages[start..<min(start + size, messages.count)]
            try await send(Array(batch), isCancellable: true)
        }
    }

    /// Publishes; what has no queue any more, as when somebody deleted it, is published again once the queues are made.
    func send(_ messages: [OutgoingMessage], isCancellable: Bool) async throws {
        guard case .unroutable = try await publisher.publish(messages, isCancellable: isCancellable) else { return }
        logger.warning("a queue of RabbitMQ was missing and is made again", metadata: ["queue": "\(messages[0].queue)"])
        try await make(topology.declarations, isCancellable: isCancellable)
        guard case .unroutable = try await publisher.publish(messages, isCancellable: isCancellable) else { return }
        throw MsgError(.unavailable, "A queue of RabbitMQ is missing and could not be made again.")
    }

    func make(_ queues: [QueueDeclaration], isCancellable: Bool) async throws {
        try await errands.run(within: options.operationTimeout, isCancellable: isCancellable) { connection, deadline in
            for queue in queues { _ = try connection.declared(queue, until: deadline) }
        }
    }
}
