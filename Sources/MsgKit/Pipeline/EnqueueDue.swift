import Foundation
import Logging

/// The second phase: puts what is due into the queue, then marks it queued. A crash between the two publishes again,
/// which delivers once all the same.
public struct EnqueueDue: Sendable {
    static let leaseName = "enqueue-due"
    private static let batchSize = 500

    private let messages: any AutoMessageStore
    private let queue: any JobQueue
    private let holder: LeaseHolder
    private let settings: PipelineSettings
    private let clock: any WallClock
    private let logger: Logger

    public init(
        messages: any AutoMessageStore, queue: any JobQueue, leases: any LeaseStore, settings: PipelineSettings,
        node: NodeID, clock: any WallClock, logger: Logger
    ) {
        self.messages = messages
        self.queue = queue
        holder = LeaseHolder(leases: leases, node: node, clock: clock)
        self.settings = settings
        self.clock = clock
        self.logger = logger
    }

    /// Queues everything that is due at the moment of the call.
    /// - Parameter dryRun: only counts, at most one batch of it.
    /// - Throws: ``ErrorCode/leaseHeld`` while another process queues.
    public func run(dryRun: Bool = false) async throws -> EnqueueResult {
        let now = clock.now
        let staleBefore = now.addingTimeInterval(-settings.requeueAfter.seconds)
        var result = EnqueueResult()
        if dryRun {
            Self.count(try await messages.due(at: now, staleBefore: staleBefore, limit: Self.batchSize), into: &result)
            return result
        }
        result = try await holder.perform(
            Self.leaseName, elseThrow: "Another process is queueing now; try again in a moment."
        ) { lease, renew in
            var lease = lease
            var result = EnqueueResult()
            while true {
                try Task.checkCancellation()
                let batch = try await messages.due(at: now, staleBefore: staleBefore, limit: Self.batchSize)
                guard !batch.isEmpty else { return result }
                let instant = clock.now
                try await queue.publish(batch.map { DeliveryJob($0, at: instant) })
                try await messages.markQueued(batch.map(\.id), at: instant)
                Self.count(batch, into: &result)
                lease = try await renew(lease)
            }
        }
        if result.queued + result.requeued > 0 {
            logger.info(
                "messages were queued", metadata: ["queued": "\(result.queued)", "requeued": "\(result.requeued)"])
        }
        return result
    }

    private static func count(_ batch: [AutoMessage], into result: inout EnqueueResult) {
        let again = batch.count(where: \.isQueued)
        result.requeued += again
        result.queued += batch.count - again
    }
}
