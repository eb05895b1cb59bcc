import Foundation

/// Where plans are kept: one per pool and date.
public protocol PlanStore: Sendable {
    /// A pool's users by id, after an id (nil: from the first), at most `limit`; every one, also who is deactivated or
    /// takes no part. Only none at all is the end: records that can't be read are left out.
    func candidates(of pool: String, after id: User.ID?, limit: Int) async throws -> [PlanCandidate]

    /// How many users each pool has, whoever they are. Pools that nobody is in are not named.
    func pools() async throws -> [String: Int]

    /// The newest date first, then by pool; also those that are being made.
    func plans(matching filter: PlanFilter, page: PageRequest) async throws -> Page<Plan>

    /// Begins a plan under a lease, in one step. A complete one of the same pool and date is returned as it is, and
    /// nothing changes; an unfinished one is dropped with its messages and chunks, and the new one begins.
    /// - Throws: ``ErrorCode/leaseHeld`` when a newer lease has begun one.
    func begin(_ plan: Plan, under lease: Lease) async throws -> Plan

    /// Adds what became of the next users to an unfinished plan.
    /// - Throws: ``ErrorCode/leaseHeld`` when the plan is not this lease's any more, ``ErrorCode/conflict`` unless the
    ///   chunk is whole, its number the next one, and every id greater than those before.
    func append(_ chunk: PlanChunk, to plan: Plan.ID, under lease: Lease) async throws

    /// Adds messages to an unfinished plan, all or none.
    /// - Throws: ``ErrorCode/leaseHeld`` when the plan is not this lease's any more, ``ErrorCode/conflict`` when there
    ///   is another message with the id of one.
    func add(_ messages: [AutoMessage], to plan: Plan.ID, under lease: Lease) async throws

    /// Makes a plan complete, so that its messages become due.
    /// - Throws: ``ErrorCode/leaseHeld`` when the plan is not this lease's any more.
    func complete(_ plan: Plan.ID, _ outcome: PlanOutcome, at instant: Date, under lease: Lease) async throws -> Plan

    /// The chunk of a plan with a number, from 0; nil behind the last, and of a plan that was dropped.
    /// - Throws: ``ErrorCode/internalError`` naming the plan when the chunk is damaged.
    func chunk(_ number: Int, of plan: Plan.ID) async throws -> PlanChunk?
}

extension PlanStore {
    /// The plan of a pool and date, complete or not; nil when there is none.
    public func plan(pool: String, date: PlanDate) async throws -> Plan? {
        let filter = PlanFilter(pool: pool, from: date, through: date)
        return try await plans(matching: filter, page: PageRequest(limit: 1)).items.first
    }
}
