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
    /// Nil of a day that was planned already.
    public var draft: PlanDraft?
}
