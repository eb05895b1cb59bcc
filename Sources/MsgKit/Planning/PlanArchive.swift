/// Looks at stored plans.
public struct PlanArchive: Sendable {
    private let plans: any PlanStore
    private let messages: any AutoMessageStore
    private let users: any UserStore

    public init(plans: any PlanStore, messages: any AutoMessageStore, users: any UserStore) {
        self.plans = plans
        self.messages = messages
        self.users = users
    }

    /// The newest date first, then by pool; also those that are being made.
    public func list(pool: String? = nil, page: PageRequest) async throws -> Page<Plan> {
        try await plans.plans(matching: PlanFilter(pool: pool), page: page)
    }

    /// A plan with everything that is kept of it; nil when there is none.
    /// - Throws: ``ErrorCode/internalError`` when what is kept of its users is damaged.
    public func record(pool: String, date: PlanDate) async throws -> PlanRecord? {
        guard let plan = try await plans.plan(pool: pool, date: date) else { return nil }
        let progress = try await messages.tally(of: plan.id)
        guard plan.completedAt != nil else { return PlanRecord(plan: plan, progress: progress, users: users) }
        var chunks: [PlanChunk] = []
        while let chunk = try await plans.chunk(chunks.count, of: plan.id) { chunks.append(chunk) }
        return try PlanRecord(plan: plan, progress: progress, chunks: chunks, users: users)
    }
}
