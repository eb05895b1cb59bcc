import Foundation

/// Where automatic messages and how far they have come are kept. A write that returns is durable.
public protocol AutoMessageStore: Sendable {
    /// The automatic message with this id; nil when there is none.
    func autoMessage(_ id: AutoMessage.ID) async throws -> AutoMessage?

    /// How far the messages of a plan have come.
    func tally(of plan: Plan.ID) async throws -> PlanProgress

    /// Those of completed plans that are due at `instant` and not queued, not sent and not failed; the earliest due first, of
    /// equal instants the lower id, at most `limit`.
    /// - Parameter last: only those that come after this one in that order; nil for all.
    func due(at instant: Date, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage]

    /// Those of completed plans that are queued, neither sent nor failed, and last noted before or after an instant: by the
    /// time of that (``AutoMessage/updatedAt``), then by id, at most `limit`.
    /// - Parameter last: only those that come after this one in that order; nil for all.
    func queued(_ noted: LastNoted, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage]

    /// How many are queued, and neither sent nor failed; counted up to `limit`.
    func queuedCount(limit: Int) async throws -> Int

    /// Since when the one has been queued that has been so longest and is neither sent nor failed; nil when there is none.
    func oldestQueued() async throws -> Date?

    /// Marks as queued those that are neither sent nor failed. Who is queued already stays so since when it has been, unless
    /// that is after `instant`.
    func markQueued(_ ids: [AutoMessage.ID], at instant: Date) async throws

    /// Marks as sent, once; true when this call did it.
    func markSent(_ id: AutoMessage.ID, at instant: Date) async throws -> Bool

    /// Notes a failed try of one that is not sent.
    func markRetried(_ id: AutoMessage.ID, retryCount: Int, error: String, at instant: Date) async throws

    /// Gives one up that is not sent.
    func markFailed(_ id: AutoMessage.ID, error: String, at instant: Date) async throws

    /// Lets failed ones be queued again: no longer failed, retries counted anew, queued and replayed at `instant`.
    func markReplayed(_ ids: [AutoMessage.ID], at instant: Date) async throws
}

extension AutoMessageStore {
    /// The first of those to be queued now.
    public func due(at instant: Date, limit: Int) async throws -> [AutoMessage] {
        try await due(at: instant, after: nil, limit: limit)
    }
}
