import Foundation

/// Where plans are kept: one per pool and date.
public protocol PlanStore: Sendable {
    /// A pool's users by id, after an id (nil: from the first), at most `limit`; every one, also who is deactivated or
    /// takes no part. Only none at all is the end: records that can't be read are left out.
    func candidates(of pool: String, after id: User.ID?, limit: Int) async throws -> [PlanCandidate]

    /// How many users each pool has, whoever they are. Pools that nobody is in are not named.
    func pools() async throws -> [String: Int]

    /// The plan of a pool and date, complete or not; nil when there is none.
    func plan(pool: String, date: PlanDate) async throws -> Plan?

    /// Begins a plan under a lease, in one step. A complete one of the same pool and date is returned as it is, and
    /// nothing changes; an unfinished one is dropped with its messages, and the new one begins.
    /// - Throws: ``ErrorCode/leaseHeld`` when a newer lease has begun one.
    func begin(_ plan: Plan, under lease: Lease) async throws -> Plan

    /// Adds messages to an unfinished plan, all or none; `members` are the users whose pairings they are.
    /// - Throws: ``ErrorCode/leaseHeld`` when the plan is not this lease's any more, ``ErrorCode/conflict`` when a
    ///   member is in the plan already.
    func add(_ messages: [AutoMessage], members: [User.ID], to plan: Plan.ID, under lease: Lease) async throws

    /// Makes a plan complete, so that its messages become due.
    /// - Throws: ``ErrorCode/leaseHeld`` when the plan is not this lease's any more.
    func complete(_ plan: Plan.ID, figures: PlanFigures, at instant: Date, under lease: Lease) async throws -> Plan
}
