import Foundation
import MsgKit

/// A queue behind ``Faults``.
struct FaultyJobQueue: JobQueue {
    let queue: any JobQueue
    let faults: Faults

    func publish(_ jobs: [DeliveryJob]) async throws {
        try await faults.call { try await queue.publish(jobs) }
    }

    func receive(limit: Int, wait: Duration) async throws -> [Delivery] {
        try await faults.call { try await queue.receive(limit: limit, wait: wait) }
    }

    func acknowledge(_ deliveries: [Delivery]) async throws {
        try await faults.call { try await queue.acknowledge(deliveries) }
    }

    func retry(_ delivery: Delivery, as job: DeliveryJob, after delay: Duration) async throws {
        try await faults.call { try await queue.retry(delivery, as: job, after: delay) }
    }

    func deadLetter(_ delivery: Delivery, reason: String, at instant: Date) async throws {
        try await faults.call { try await queue.deadLetter(delivery, reason: reason, at: instant) }
    }

    func release(_ deliveries: [Delivery]) async throws {
        try await faults.call { try await queue.release(deliveries) }
    }

    func depth() async throws -> QueueDepth {
        try await faults.call { try await queue.depth() }
    }
}
