import Algorithms
import Foundation
import Logging

/// The first phase: pairs users and plans a message for each pair. Running it twice for a day changes nothing.
public struct PlanPairings: Sendable {
    static let leaseName = "plan-pairings"
    private static let candidateBatch = 5000
    private static let pairingBatch = 400

    private let plans: any PlanStore
    private let conversations: any ConversationStore
    private let holder: LeaseHolder
    private let settings: PipelineSettings
    private let clock: any WallClock
    private let identifiers: any IdentifierGenerator
    private let logger: Logger

    public init(
        plans: any PlanStore, conversations: any ConversationStore, leases: any LeaseStore, settings: PipelineSettings,
        node: NodeID, clock: any WallClock, identifiers: any IdentifierGenerator, logger: Logger
    ) {
        self.plans = plans
        self.conversations = conversations
        holder = LeaseHolder(leases: leases, node: node, clock: clock)
        self.settings = settings
        self.clock = clock
        self.identifiers = identifiers
        self.logger = logger
    }

    /// Today in the window's time zone.
    public var today: PlanDate { PlanDate(clock.now, in: settings.window.timeZone) }

    /// Makes the plan of a day.
    /// - Parameters:
    ///   - seed: what the shuffle and the times are drawn from; nil for a new one.
    ///   - progress: called with the count of users planned so far and of all.
    /// - Throws: ``ErrorCode/conflict`` when the day's window is over, ``ErrorCode/leaseHeld`` while another process plans.
    public func run(
        date: PlanDate? = nil, seed: UInt64? = nil, dryRun: Bool = false,
        progress: @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> PlanResult {
        let date = date ?? today
        if let done = try await completePlan(of: date) { return done }
        guard let window = settings.window.remainder(of: date, at: clock.now) else {
            throw MsgError(
                .conflict,
                "The send window of \(date) is over; plan another day with --date, or widen schedule.window_end.")
        }
        let draft = Plan(
            id: identifiers.next(Plan.self), date: date, seed: seed ?? UInt64.random(in: 0...UInt64(UInt32.max)),
            createdAt: clock.now)
        var generator = SeededGenerator(seed: draft.seed)
        guard !dryRun else {
            let candidates = try await allCandidates()
            let (pairings, leftOut) = Pairing.draw(from: candidates, odd: settings.oddUser, using: &generator)
            var plan = draft
            plan.figures = Self.figures(pairings, leftOut)
            return PlanResult(status: .planned, plan: plan, pairings: pairings, leftOut: leftOut)
        }
        return try await holder.perform(
            Self.leaseName, elseThrow: "Another process is planning now; try again when it is done."
        ) { lease, renew in
            try await make(draft, in: window, using: &generator, under: lease, renew: renew, progress: progress)
        }
    }

    private func make(
        _ draft: Plan, in window: Range<Date>, using generator: inout SeededGenerator, under lease: Lease,
        renew: (Lease) async throws -> Lease, progress: @Sendable (Int, Int) -> Void
    ) async throws -> PlanResult {
        var lease = lease
        let candidates = try await allCandidates()
        let (pairings, leftOut) = Pairing.draw(from: candidates, odd: settings.oddUser, using: &generator)
        guard !pairings.isEmpty else {
            var plan = draft
            plan.figures = Self.figures(pairings, leftOut)
            return PlanResult(status: .nothingToPlan, plan: plan, pairings: [], leftOut: leftOut)
        }
        let plan = try await plans.begin(draft, under: lease)
        // Another process may have finished between the first look and the lease.
        guard plan.completedAt == nil else {
            return PlanResult(status: .alreadyPlanned, plan: plan, pairings: [], leftOut: [])
        }
        var planned = 0
        for batch in pairings.chunks(ofCount: Self.pairingBatch) {
            try Task.checkCancellation()
            try await add(batch, to: plan, in: window, using: &generator, under: lease)
            planned += batch.reduce(0) { $0 + $1.members.count }
            progress(planned, candidates.count)
            lease = try await renew(lease)
        }
        let complete = try await plans.complete(
            plan.id, figures: Self.figures(pairings, leftOut), at: clock.now, under: lease)
        logger.info(
            "the day is planned",
            metadata: [
                "date": "\(complete.date)", "seed": "\(complete.seed)", "users": "\(complete.figures.users)",
                "messages": "\(complete.figures.messages)", "left_out": "\(complete.figures.leftOut)",
            ])
        return PlanResult(status: .planned, plan: complete, pairings: [], leftOut: leftOut)
    }

    private func add(
        _ pairings: some Collection<Pairing>, to plan: Plan, in window: Range<Date>,
        using generator: inout SeededGenerator, under lease: Lease
    ) async throws {
        let now = clock.now
        let exchanges = pairings.flatMap(\.messages)
        let candidates = exchanges.map { exchange in
            Conversation(
                id: identifiers.next(Conversation.self), participants: [exchange.sender.id, exchange.receiver.id],
                isDirect: true, isAutoGenerated: true, createdBy: nil, createdAt: now, updatedAt: now)
        }
        let found = try await conversations.findOrCreateDirect(candidates)
        var messages: [AutoMessage] = []
        for (exchange, conversation) in zip(exchanges, found) {
            let length = window.upperBound.timeIntervalSince(window.lowerBound)
            let due = window.lowerBound.addingTimeInterval(Double.random(in: 0..<length, using: &generator))
            messages.append(
                AutoMessage(
                    id: identifiers.next(Message.self), content: text(for: exchange, using: &generator),
                    sender: exchange.sender.id, receiver: exchange.receiver.id,
                    conversation: conversation.conversation.id,
                    sendDate: due.wholeMilliseconds, planDate: plan.date, createdAt: now, updatedAt: now))
        }
        try await plans.add(messages, members: pairings.flatMap { $0.members.map(\.id) }, to: plan.id, under: lease)
    }

    private func text(
        for exchange: (sender: PlanCandidate, receiver: PlanCandidate), using generator: inout SeededGenerator
    ) -> String {
        settings.templates.randomElement(using: &generator)?.rendered(
            sender: exchange.sender.username, receiver: exchange.receiver.username) ?? ""
    }

    private func completePlan(of date: PlanDate) async throws -> PlanResult? {
        guard let plan = try await plans.plan(pool: Plan.defaultPool, date: date), plan.completedAt != nil else {
            return nil
        }
        return PlanResult(status: .alreadyPlanned, plan: plan, pairings: [], leftOut: [])
    }

    private func allCandidates() async throws -> [PlanCandidate] {
        var all: [PlanCandidate] = []
        while true {
            let batch = try await plans.candidates(after: all.last?.id, limit: Self.candidateBatch)
            all += batch
            guard batch.count == Self.candidateBatch else { return all }
        }
    }

    private static func figures(_ pairings: [Pairing], _ leftOut: [PlanCandidate]) -> PlanFigures {
        PlanFigures(
            users: pairings.reduce(leftOut.count) { $0 + $1.members.count }, pairings: pairings.count,
            messages: pairings.reduce(0) { $0 + $1.members.count - 1 }, leftOut: leftOut.count)
    }
}
