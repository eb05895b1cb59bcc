/// A user as planning sees them.
public struct PlanCandidate: Sendable, Equatable {
    public var id: User.ID
    public var username: String
    /// The IANA name that the user chose; nil for the configured zone.
    public var timeZone: String?
    public var isActive: Bool
    /// Whether the user takes part.
    public var autoMessages: Bool
    /// The first day on which the user takes part again; nil when not paused.
    public var pausedUntil: PlanDate?
    /// In how many plans of any seven days the user wants to be at most; nil for the pool's number.
    public var weeklyLimit: Int?

    public init(
        id: User.ID, username: String, timeZone: String? = nil, isActive: Bool = true, autoMessages: Bool = true,
        pausedUntil: PlanDate? = nil, weeklyLimit: Int? = nil
    ) {
        self.id = id
        self.username = username
        self.timeZone = timeZone
        self.isActive = isActive
        self.autoMessages = autoMessages
        self.pausedUntil = pausedUntil
        self.weeklyLimit = weeklyLimit
    }

    /// Whether the user pauses on a day.
    public func isPaused(on date: PlanDate) -> Bool { pausedUntil.map { date < $0 } ?? false }
}
