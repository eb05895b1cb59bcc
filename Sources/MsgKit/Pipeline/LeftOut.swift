/// A user without a pairing in a plan, and why.
public struct LeftOut: Sendable, Equatable {
    /// The first that applies, in this order.
    public enum Cause: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
        case deactivated
        /// The user takes no part.
        case optedOut = "opted_out"
        /// The user pauses on the day.
        case paused
        /// The user is in as many plans of these seven days as may be.
        case weeklyLimit = "weekly_limit"
        /// The user was planned in another pool that day, before coming to this one.
        case plannedElsewhere = "planned_in_another_pool"
        /// The number of users is odd, and this one rests.
        case rest
        /// Nobody is left with whom this user may be paired.
        case excluded
        /// There is nobody else.
        case alone
    }

    public var user: PlanMember
    public var cause: Cause
    /// The first day on which a user who pauses takes part again.
    public var until: PlanDate?

    public init(_ user: PlanMember, _ cause: Cause, until: PlanDate? = nil) {
        self.user = user
        self.cause = cause
        self.until = until
    }
}
