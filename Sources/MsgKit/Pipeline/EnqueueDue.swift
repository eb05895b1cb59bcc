import Algorithms
import Foundation
import Logging

/// The second phase: puts what is due into the queue, then marks it queued. A crash between the two publishes again,
/// which delivers once all the same.
public struct EnqueueDue: Sendable {
    static let leaseName = "enqueue-due"
    private static let batchSize = 500
    /// A dry run only counts, and each page of it may have to look at all that is due again.
    private static let dryPageSize = 5_000
    /// By how much the clocks of machines may differ.
    private static let skew = Duration.seconds(3600)

    private let messages: any AutoMessageStore
    private let delivered: any MessageStore
    private let queue: any JobQueue
    private let deadLetters: any DeadLetterQueue
    private let holder: LeaseHolder
    private let settings: PipelineSettings
    private let clock: any WallClock
    private let metrics: QueueingMetrics
    private let logger: Logger

    public init(
        messages: any AutoMessageStore, delivered: any MessageStore, queue: any JobQueue,
        deadLetters: any DeadLetterQueue, leases: any LeaseStore,
        settings: PipelineSettings, node: NodeID, clock: any WallClock,
        metrics: QueueingMetrics = QueueingMetrics(), logger: Logger
    ) {
        self.messages = messages
        self.delivered = delivered
        self.queue = queue
        self.deadLetters = deadLetters
        holder = LeaseHolder(leases: leases, node: node, clock: clock)
        self.settings = settings
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
    }

    /// Queues everything that is due at the moment of the call, and again what the queue has lost; what is too late for it
    /// (``LatePolicy``) becomes a dead letter.
    /// - Parameter dryRun: only counts.
    /// - Throws: ``ErrorCode/leaseHeld`` while another process queues.
    public func run(dryRun: Bool = false) async throws -> EnqueueResult {
        try await RequestID.$current.withValue(.current ?? .next()) { try await look(dryRun: dryRun) }
    }

    private func look(dryRun: Bool) async throws -> EnqueueResult {
        let now = clock.now
        if dryRun {
            var result = EnqueueResult()
            try await walk(at: now, pageSize: Self.dryPageSize) { page in
                let reasons = try await refusals(of: page, at: now)
                for message in page { Self.count(message, isSkipped: reasons[message.id] != nil, into: &result) }
            }
            return result
        }
        let result = try await holder.perform(
            Self.leaseName, elseThrow: "Another process is queueing now; try again in a moment."
        ) { lease, renew in
            var lease = lease
            var result = EnqueueResult()
            try await walk(at: now, pageSize: Self.batchSize) { batch in
                try await settle(batch, at: now, into: &result)
                lease = try await renew(lease)
            }
            return result
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

    /// Visits what is to be queued: first what is due, so that nothing new waits for what has waited long.
    private func walk(
        at now: Date, pageSize: Int, visit: (_ page: [AutoMessage]) async throws -> Void
    ) async throws {
        try await walk(visit) { try await messages.due(at: now, after: $0, limit: pageSize) }
        let ahead = LastNoted.after(now.addingTimeInterval(Self.skew.seconds))
        try await walk(visit) { try await messages.queued(ahead, after: $0, limit: pageSize) }
        let silent = LastNoted.before(now.addingTimeInterval(-settings.requeueAfter.seconds))
        guard try await isAnyLost(among: silent) else { return }
        let visitSilent = { (page: [AutoMessage]) in
            let lost = page.filter { isSilent($0, at: now) }
            if !lost.isEmpty { try await visit(lost) }
        }
        try await walk(visitSilent) { try await messages.queued(silent, after: $0, limit: pageSize) }
    }

    /// Nothing is to be heard of one that waits for another try before its time.
    private func isSilent(_ message: AutoMessage, at now: Date) -> Bool {
        let tries = min(message.retryCount, settings.retryDelays.count)
        let pause = tries > 0 ? settings.retryDelays[tries - 1] : .zero
        return now.timeIntervalSince(message.updatedAt) > (settings.requeueAfter + pause).seconds
    }

    private func walk(
        _ visit: (_ page: [AutoMessage]) async throws -> Void,
        through next: (_ last: AutoMessage?) async throws -> [AutoMessage]
    ) async throws {
        var last: AutoMessage?
        repeat {
            try Task.checkCancellation()
            let page = try await next(last)
            if !page.isEmpty { try await visit(page) }
            last = page.last
        } while last != nil
    }

    /// Whether the queue has fewer jobs than there should be. While it has as many they only wait, for a worker or for
    /// another try, and queueing them again and again would fill it with copies.
    private func isAnyLost(among silent: LastNoted) async throws -> Bool {
        guard try await !messages.queued(silent, after: nil, limit: 1).isEmpty else { return false }
        let depth = try await queue.depth()
        let jobs = depth.ready + depth.inFlight + depth.delayed
        return try await messages.queuedCount(limit: jobs + 1) > jobs
    }

    private func settle(_ batch: [AutoMessage], at now: Date, into result: inout EnqueueResult) async throws {
        var letters: [DeadLetter] = []
        var sendable: [AutoMessage] = []
        let instant = clock.now
        let reasons = try await refusals(of: batch, at: now)
        for message in batch {
            let reason = reasons[message.id]
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

    /// Why some are not queued. What has been in the queue may have been delivered since: that is for the delivery to see,
    /// also when a crash has kept it from being marked.
    private func refusals(of batch: [AutoMessage], at now: Date) async throws -> [AutoMessage.ID: String] {
        var reasons: [AutoMessage.ID: String] = [:]
        for message in batch where !message.isQueued {
            reasons[message.id] = settings.late.refusal(of: message, at: now)
        }
        for ids in Array(reasons.keys).chunks(ofCount: Self.batchSize) {
            for message in try await delivered.messages(Array(ids)) { reasons[message.id] = nil }
        }
        return reasons
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
