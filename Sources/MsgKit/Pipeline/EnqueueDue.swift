import Foundation
import Logging

/// The second phase: puts what is due into the queue, then marks it queued. A crash between the two publishes again,
/// which delivers once all the same.
public struct EnqueueDue: Sendable {
    static let leaseName = "enqueue-due"
    private static let batchSize = 500
    /// A dry run only counts, and each page of it may have to look at all that is due again.
    private static let dryPageSize = 5_000

    private let messages: any AutoMessageStore
    private let queue: any JobQueue
    private let deadLetters: any DeadLetterQueue
    private let holder: LeaseHolder
    private let settings: PipelineSettings
    private let clock: any WallClock
    private let metrics: QueueingMetrics
    private let logger: Logger

    public init(
        messages: any AutoMessageStore, queue: any JobQueue, deadLetters: any DeadLetterQueue, leases: any LeaseStore,
        settings: PipelineSettings, node: NodeID, clock: any WallClock,
        metrics: QueueingMetrics = QueueingMetrics(), logger: Logger
    ) {
        self.messages = messages
        self.queue = queue
        self.deadLetters = deadLetters
        holder = LeaseHolder(leases: leases, node: node, clock: clock)
        self.settings = settings
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
    }

    /// Queues everything that is due at the moment of the call; what is too late for it (``LatePolicy``) becomes a dead
    /// letter.
    /// - Parameter dryRun: only counts.
    /// - Throws: ``ErrorCode/leaseHeld`` while another process queues.
    public func run(dryRun: Bool = false) async throws -> EnqueueResult {
        try await RequestID.$current.withValue(.current ?? .next()) { try await look(dryRun: dryRun) }
    }

    private func look(dryRun: Bool) async throws -> EnqueueResult {
        let now = clock.now
        let staleBefore = now.addingTimeInterval(-settings.requeueAfter.seconds)
        if dryRun { return try await count(at: now, staleBefore: staleBefore) }
        let result = try await holder.perform(
            Self.leaseName, elseThrow: "Another process is queueing now; try again in a moment."
        ) { lease, renew in
            var lease = lease
            var result = EnqueueResult()
            while true {
                try Task.checkCancellation()
                let batch = try await messages.due(at: now, staleBefore: staleBefore, limit: Self.batchSize)
                guard !batch.isEmpty else { return result }
                try await settle(batch, at: now, into: &result)
                lease = try await renew(lease)
            }
        }
        metrics.count(result)
        if result.queued + result.requeued > 0 {
            logger.info(
                "messages were queued", metadata: ["queued": "\(result.queued)", "requeued": "\(result.requeued)"])
        }
        if result.skipped > 0 {
            logger.warning(
                "messages were too late to be sent and are dead letters", metadata: ["skipped": "\(result.skipped)"])
        }
        return result
    }

    private func count(at now: Date, staleBefore: Date) async throws -> EnqueueResult {
        var result = EnqueueResult()
        var last: AutoMessage?
        repeat {
            try Task.checkCancellation()
            let page = try await messages.due(at: now, staleBefore: staleBefore, after: last, limit: Self.dryPageSize)
            for message in page { Self.count(message, isSkipped: refusal(of: message, at: now) != nil, into: &result) }
            last = page.last
        } while last != nil
        return result
    }

    private func settle(_ batch: [AutoMessage], at now: Date, into result: inout EnqueueResult) async throws {
        var letters: [DeadLetter] = []
        var sendable: [AutoMessage] = []
        let instant = clock.now
        for message in batch {
            let reason = refusal(of: message, at: now)
            Self.count(message, isSkipped: reason != nil, into: &result)
            if let reason {
                letters.append(DeadLetter(job: DeliveryJob(message, at: instant), failedAt: instant, reason: reason))
            } else {
                sendable.append(message)
            }
        }
        if !sendable.isEmpty {
            try await queue.publish(sendable.map { DeliveryJob($0, at: instant) })
            try await messages.markQueued(sendable.map(\.id), at: instant)
        }
        guard !letters.isEmpty else { return }
        // The letters first: what is marked and has none could not be replayed.
        try await deadLetters.bury(letters)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for letter in letters {
                group.addTask { [messages] in
                    try await messages.markFailed(letter.id, error: letter.reason, at: instant)
                }
            }
            try await group.waitForAll()
        }
    }

    /// Why one is not queued. What has been in the queue may have been delivered since: that is for the delivery to see.
    private func refusal(of message: AutoMessage, at now: Date) -> String? {
        message.isQueued ? nil : settings.late.refusal(of: message, at: now)
    }

    private static func count(_ message: AutoMessage, isSkipped: Bool, into result: inout EnqueueResult) {
        if isSkipped {
            result.skipped += 1
        } else if message.isQueued {
            result.requeued += 1
        } else {
            result.queued += 1
        }
    }
}
