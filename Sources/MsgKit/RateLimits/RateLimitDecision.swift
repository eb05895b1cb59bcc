/// Whether a use is within a limit.
public struct RateLimitDecision: Sendable, Equatable {
    public var isAllowed: Bool
    public var limit: Int
    /// How many more are allowed at this instant.
    public var remaining: Int
    /// When the oldest counted use leaves the window, so that one more is allowed.
    public var resetsAfter: Duration

    public init(isAllowed: Bool, limit: Int, remaining: Int, resetsAfter: Duration) {
        self.isAllowed = isAllowed
        self.limit = limit
        self.remaining = remaining
        self.resetsAfter = resetsAfter
    }
}
