import Foundation
import Logging
import MsgKit

/// The queue on RabbitMQ: jobs are persistent messages of durable queues, published with confirms and settled by hand.
struct RabbitMQJobQueue: JobQueue {
    let writer: QueueWriter
    let consumer: Consumer
    let topology: QueueTopology
    let clock: any WallClock
    let logger: Logger

    func publish(_ jobs: [DeliveryJob]) async throws {
        try await writer.publish(try jobs.map { try JobMessage.message($0, to: topology.sending) })
    }

    func receive(limit: Int, wait: Duration) async throws -> [Delivery] {
        guard limit > 0 else { return [] }
        let deadline = ContinuousClock.now + wait
        while true {
            let raw = try await consumer.receive(limit: limit, wait: deadline - .now)
            var deliveries: [Delivery] = []
            for delivery in raw {
                do {
                    deliveries.append(
                        Delivery(job: try JobMessage.job(of: delivery.message), receipt: delivery.receipt))
                } catch let error as UnreadableBody {
                    await setAside(delivery, reason: error.reason)
                }
            }
            if !deliveries.isEmpty || raw.isEmpty { return deliveries }
        }
    }

    func acknowledge(_ deliveries: [Delivery]) async throws {
        consumer.acknowledge(deliveries.map(\.receipt))
    }

    func retry(_ delivery: Delivery, as job: DeliveryJob, after delay: Duration) async throws {
        try await settle(delivery.receipt) {
            guard let (queue, expiration, isKnown) = topology.retryQueue(for: delay) else {
                return try JobMessage.message(job, to: topology.sending)
            }
            if !isKnown {
                try await writer.make([queue], isCancellable: false)
                topology.remember(delay: delay)
            }
            var message = try JobMessage.message(job, to: queue.name)
            message.expiration = expiration
            return message
        }
    }

    func deadLetter(_ delivery: Delivery, reason: String, at instant: Date) async throws {
        try await settle(delivery.receipt) {
            try DeadLetterMessage.message(
                delivery.job, failedAt: instant, reason: reason, to: topology.deadLetters)
        }
    }

    func release(_ deliveries: [Delivery]) async throws {
        consumer.giveBack(deliveries.map(\.receipt))
    }

    func depth() async throws -> QueueDepth {
        try await consumer.depth()
    }

    /// Puts a message into another queue and then settles the delivery that it replaces: a crash between the two leaves
    /// both, never none. A delivery that is not in hand any more stays as it is.
    private func settle(_ receipt: String, as message: () async throws -> OutgoingMessage) async throws {
        guard consumer.claim(receipt) else { return }
        do {
            // A cancelled caller is not let go in between: it would not know whether to release the delivery.
            try await writer.send([try await message()], isCancellable: false)
        } catch {
            consumer.unclaim(receipt)
            throw error
        }
        consumer.acknowledge([receipt])
    }

    /// Puts a message that is no job among the dead letters. When that fails it stays in hand, to come again after the
    /// visibility timeout and not at once and for ever.
    private func setAside(_ delivery: RawDelivery, reason: String) async {
        let metadata: Logger.Metadata = ["reason": "\(reason)", "bytes": "\(delivery.message.bodySize)"]
        do {
            try await settle(delivery.receipt) {
                DeadLetterMessage.message(
                    unreadable: delivery.message, reason: reason, at: clock.now, to: topology.deadLetters)
            }
            logger.error("a message in the queue is no job and is now a dead letter", metadata: metadata)
        } catch {
            logger.error(
                "a message in the queue is no job and could not be set aside",
                metadata: metadata.merging(["error": "\(String(reflecting: error))"]) { _, new in new })
        }
    }
}
