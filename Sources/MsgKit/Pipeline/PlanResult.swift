/// What a run of planning did.
public struct PlanResult: Sendable {
    public enum Status: String, Sendable, Codable {
        case planned
        /// There was a plan for the day; nothing changed.
        case alreadyPlanned = "already_planned"
        /// There are fewer than two users to pair; nothing was stored, so the day can still be planned.
        case nothingToPlan = "nothing_to_plan"
    }

    public var status: Status
    public var plan: Plan
    /// Of a dry run: who would write to whom.
    public var pairings: [Pairing]
    public var leftOut: [PlanCandidate]
}
