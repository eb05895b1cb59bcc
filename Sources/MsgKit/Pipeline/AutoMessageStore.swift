import Foundation

/// Where automatic messages and how far they have come are kept. A write that returns is durable.
public protocol AutoMessageStore: Sendable {
    /// The automatic message with this id; nil when there is none.
    func autoMessage(_ id: AutoMessage.ID) async throws -> AutoMessage?

    /// How far the messages of a plan have come.
    func tally(of plan: Plan.ID) async throws -> PlanProgress

    /// Those of completed plans to be queued now, the earliest due first, at most `limit`: not sent, not failed, and
    /// either not queued and due at `instant`, or queued before `staleBefore`. Of equal instants the lower id comes first.
    /// - Parameter last: only those that come after this one in that order; nil for all.
    func due(
        at instant: Date, staleBefore: Date, after last: AutoMessage?, limit: Int
    ) async throws -> [AutoMessage]

    /// When the one was queued that has been queued longest and is neither sent nor failed; nil when there is none.
    func oldestQueued() async throws -> Date?

    /// Marks as queued those that are neither sent nor failed.
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
    public func due(at instant: Date, staleBefore: Date, limit: Int) async throws -> [AutoMessage] {
        try await due(at: instant, staleBefore: staleBefore, after: nil, limit: limit)
    }
}
