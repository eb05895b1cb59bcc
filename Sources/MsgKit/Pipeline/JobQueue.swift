import Foundation

/// The queue between planning and delivery: at least once, in about the order of publishing.
///
/// A delivery that is not settled within the queue's visibility timeout, or whose worker is gone, is delivered again;
/// settling it afterwards has no effect.
public protocol JobQueue: Sendable {
    /// Puts jobs into the queue; returns when they will survive a crash of the queue. A job that is in the queue
    /// already may be there twice afterwards.
    func publish(_ jobs: [DeliveryJob]) async throws

    /// Takes up to `limit` jobs, waiting up to `wait` for the first; empty when none came.
    func receive(limit: Int, wait: Duration) async throws -> [Delivery]

    /// Settles deliveries for good.
    func acknowledge(_ deliveries: [Delivery]) async throws

    /// Puts a delivery back, to come again after a delay, as `job` (with its retries counted).
    func retry(_ delivery: Delivery, as job: DeliveryJob, after delay: Duration) async throws

    /// Puts a delivery among the dead letters.
    func deadLetter(_ delivery: Delivery, reason: String, at instant: Date) async throws

    /// Hands deliveries back unharmed, to be delivered again at once.
    func release(_ deliveries: [Delivery]) async throws

    /// How much is in the queue.
    func depth() async throws -> QueueDepth
}
