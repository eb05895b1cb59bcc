import Foundation
import MsgKit
import MsgTestKit
import Synchronization

/// A queue of which some calls fail while they are told to.
final class FaultyQueue: JobQueue {
    enum Call: Hashable { case receive, acknowledge, release, depth }

    /// The calls that failed.
    let failed = Journal<Call>()
    private let queue: any JobQueue
    private let failing: Mutex<Set<Call>>

    init(_ queue: any JobQueue, failing calls: Set<Call>) {
        self.queue = queue
        failing = Mutex(calls)
    }

    func fail(at calls: Set<Call>) { failing.withLock { $0 = calls } }

    private func check(_ call: Call) throws {
        guard failing.withLock({ $0.contains(call) }) else { return }
        failed.note(call)
        throw MsgError(
            .unavailable, "The job queue is not available.", detail: "queue.rabbitmq_url: nobody listens at mq:5672.")
    }

    func publish(_ jobs: [DeliveryJob]) async throws { try await queue.publish(jobs) }

    func receive(limit: Int, wait: Duration) async throws -> [Delivery] {
        try check(.receive)
        return try await queue.receive(limit: limit, wait: wait)
    }

    func acknowledge(_ deliveries: [Delivery]) async throws {
        try check(.acknowledge)
        try await queue.acknowledge(deliveries)
    }

    func retry(_ delivery: Delivery, as job: DeliveryJob, after delay: Duration) async throws {
        try check(.acknowledge)
        try await queue.retry(delivery, as: job, after: delay)
    }

    func deadLetter(_ delivery: Delivery, reason: String, at instant: Date) async throws {
        try check(.acknowledge)
        try await queue.deadLetter(delivery, reason: reason, at: instant)
    }

    func release(_ deliveries: [Delivery]) async throws {
        try check(.release)
        try await queue.release(deliveries)
    }

    func depth() async throws -> QueueDepth {
        try check(.depth)
        return try await queue.depth()
    }
}
