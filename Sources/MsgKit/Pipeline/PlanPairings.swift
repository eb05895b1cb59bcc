import Foundation
import Logging

/// The first phase: pairs users and plans a message for each pair. Running it twice for a day changes nothing.
public struct PlanPairings: Sendable {
    static let leaseName = "plan-pairings"
    /// How many days ahead a day is planned at most: what lies further off is a slip of the pen more likely than a wish,
    /// and such a plan could not be taken back.
    private static let furthest = 366

    private let plans: any PlanStore
    private let conversations: any ConversationStore
    private let holder: LeaseHolder
    private let reader: PlanReader
    private let settings: PipelineSettings
    private let batches: PlanBatches
    private let clock: any WallClock
    private let identifiers: any IdentifierGenerator
    private let logger: Logger

    public init(
        plans: any PlanStore, conversations: any ConversationStore, exclusions: any ExclusionStore,
        leases: any LeaseStore, settings: PipelineSettings, batches: PlanBatches = PlanBatches(), node: NodeID,
        clock: any WallClock, identifiers: any IdentifierGenerator, logger: Logger
    ) {
        self.plans = plans
        self.conversations = conversations
        holder = LeaseHolder(leases: leases, node: node, clock: clock)
        reader = PlanReader(plans: plans, exclusions: exclusions, batches: batches, logger: logger)
        self.settings = settings
        self.batches = batches
        self.clock = clock
        self.identifiers = identifiers
        self.logger = logger
    }

    /// The day of the default pool that is planned unless another is asked for.
    public var today: PlanDate { settings.defaultPool.date(plannedAt: clock.now) }

    /// The configured pools, the default one first.
    public var pools: [String] { settings.pools.map(\.name) }

    /// Makes the plan of a day of a pool.
    ///
    /// A day that is planned stays as it is. A dry run with a seed draws it again nevertheless, from the users of now and
    /// the plans that were there when it was made: with the plan's own seed that explains it.
    /// - Parameters:
    ///   - pool: nil for the default one.
    ///   - date: nil for the day that the schedule would plan now.
    ///   - seed: what everything is drawn from; nil for a new one.
    ///   - waiting: for how long to wait for another process that plans.
    ///   - onWait: called once when there is one.
    ///   - progress: called with how many conversations, messages and users are written so far, and of how many.
    /// - Throws: ``ErrorCode/windowClosed`` when the day's window is over, ``ErrorCode/validationFailed`` when the day is more
    ///   than 366 days ahead, ``ErrorCode/leaseHeld`` while another process plans, ``ErrorCode/configuration`` when the
    ///   pool is not configured.
    public func run(
        pool name: String? = nil, date: PlanDate? = nil, seed: UInt64? = nil, dryRun: Bool = false,
        waiting: Duration = .zero, onWait: @Sendable () -> Void = {},
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> PlanResult {
        try await RequestID.$current.withValue(.current ?? .next()) {
            try await plan(
                try pool(name), date, seed: seed, dryRun: dryRun, waiting: waiting, onWait: onWait, progress: progress)
        }
    }

    private func plan(
        _ pool: PoolSettings, _ date: PlanDate?, seed: UInt64?, dryRun: Bool, waiting: Duration,
        onWait: @Sendable () -> Void, progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> PlanResult {
        let date = date ?? pool.date(plannedAt: clock.now)
        if !dryRun || seed == nil, let done = try await completePlan(of: pool, date) { return done }
        let plan = Plan(
            id: identifiers.next(Plan.self), pool: pool.name, date: date,
            seed: seed ?? UInt64.random(in: 0...UInt64(UInt32.max)), createdAt: clock.now)
        // Before anybody is read or waited for: a day that is over, or too far off, is refused at once.
        try requireNear(plan, pool)
        try PlanDraft.requireOpen(plan, pool)
        guard !dryRun else {
            try await warnOfUnknownPools()
            let draft = try PlanDraft(
                plan, from: try await reader.read(pool, on: date, pace: PlanPace(lease: nil)), settings: pool)
            return PlanResult(
                status: draft.pairings.isEmpty ? .nothingToPlan : .planned, plan: draft.plan, draft: draft)
        }
        return try await holder.perform(
            Self.leaseName, elseThrow: "Another process is planning now; try again when it is done.",
            waiting: waiting, onWait: onWait
        ) { lease, renew in
            // Whoever was waited for may have planned it.
            if let done = try await completePlan(of: pool, date) { return done }
            var current = plan
            current.createdAt = clock.now
            return try await make(
                current, pool, LeaseKeeper(lease, clock: clock, renew: renew), progress: progress)
        }
    }

    private func make(
        _ plan: Plan, _ pool: PoolSettings, _ keeper: LeaseKeeper, progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> PlanResult {
        try await warnOfUnknownPools()
        let material = try await reader.read(pool, on: plan.date, pace: PlanPace(lease: keeper))
        let draft = try PlanDraft(plan, from: material, settings: pool)
        guard !draft.pairings.isEmpty else {
            return PlanResult(status: .nothingToPlan, plan: draft.plan, draft: draft)
        }
        var fresh = plan
        fresh.settings = draft.plan.settings
        let begun = try await plans.begin(fresh, under: keeper.lease)
        // One whose lease was thought lost may have finished after all.
        guard begun.completedAt == nil else { return PlanResult(status: .alreadyPlanned, plan: begun) }
        let writer = PlanWriter(
            draft: draft, plans: plans, conversations: conversations, batches: batches, clock: clock,
            identifiers: identifiers, keeper: keeper, progress: progress)
        let complete = try await writer.write()
        logger.info(
            "the day is planned",
            metadata: [
                "date": "\(complete.date)", "pool": "\(complete.pool)", "seed": "\(complete.seed)",
                "users": "\(complete.figures.users)", "messages": "\(complete.figures.messages)",
                "left_out": "\(complete.figures.leftOut)", "repeated": "\(complete.notes.repeated)",
                "late": "\(complete.notes.late)", "next_day": "\(complete.notes.nextDay)",
            ])
        return PlanResult(status: .planned, plan: complete, draft: draft)
    }

    /// Nobody is forgotten without a word.
    private func warnOfUnknownPools() async throws {
        for (name, count) in try await plans.pools() where settings.pool(name) == nil {
            logger.warning(
                "a pool is not configured, and its users are not planned",
                metadata: ["pool": "\(name)", "users": "\(count)"])
        }
    }

    private func requireNear(_ plan: Plan, _ pool: PoolSettings) throws {
        let today = PlanDate(plan.createdAt, in: pool.window.timeZone)
        let last = PlanDate(daysSince1970: today.daysSince1970 + Self.furthest)
        guard plan.date > last else { return }
        throw MsgError(
            .validationFailed,
            "\(plan.date) is more than \(Self.furthest) days ahead; plan a day up to \(last) with --date.")
    }

    private func pool(_ name: String?) throws -> PoolSettings {
        let name = name ?? Plan.defaultPool
        guard let pool = settings.pool(name) else {
            throw MsgError(
                .configuration,
                "The pool \(name) is not configured; add it below pools, or name one of: "
                    + "\(pools.joined(separator: ", ")).")
        }
        return pool
    }

    private func completePlan(of pool: PoolSettings, _ date: PlanDate) async throws -> PlanResult? {
        guard let plan = try await plans.plan(pool: pool.name, date: date), plan.completedAt != nil else {
            return nil
        }
        return PlanResult(status: .alreadyPlanned, plan: plan)
    }
}
