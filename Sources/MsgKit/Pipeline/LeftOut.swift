/// A user without a pairing in a plan, and why.
public struct LeftOut: Sendable, Equatable {
    /// The first that applies, in this order.
    public enum Cause: String, Sendable, CaseIterable, Codable {
        case deactivated
        /// The user takes no part.
        case optedOut = "opted_out"
        /// The user pauses on the day.
        case paused
        /// The number of users is odd, and this one rests.
        case rest
        /// Nobody is left with whom this user may be paired.
        case excluded
        /// There is nobody else.
        case alone
    }

    public var user: PlanCandidate
    public var cause: Cause

    public init(_ user: PlanCandidate, _ cause: Cause) {
        self.user = user
        self.cause = cause
    }
}
