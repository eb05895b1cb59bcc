import MsgKit

/// A system of record.
public protocol RecordsUnderTest: BackendUnderTest {
    /// What the stores go by where no instant is passed.
    var clock: any WallClock { get }

    var users: any UserStore { get }
    var sessions: any SessionStore { get }
    var conversations: any ConversationStore { get }
    var directory: any ConversationDirectory { get }
    var messages: any MessageStore { get }
    var changes: any MessageChangeFeed { get }
    var autoMessages: any AutoMessageStore { get }
    var plans: any PlanStore { get }
    var exclusions: any ExclusionStore { get }
    var phaseRuns: any PhaseRunStore { get }
    var workers: any WorkerBoard { get }

    /// Keeps automatic messages as all those of a plan, which is then complete.
    func complete(_ plan: Plan, of messages: [AutoMessage], under lease: Lease) async throws
}

extension RecordsUnderTest {
    public func complete(_ plan: Plan, of messages: [AutoMessage], under lease: Lease) async throws {
        let begun = try await plans.begin(plan, under: lease)
        try await plans.add(messages, to: begun.id, under: lease)
        _ = try await plans.complete(
            begun.id, PlanOutcome(figures: PlanFigures(messages: messages.count)), at: plan.createdAt, under: lease)
    }
}
