/// A user as planning sees them.
public struct PlanCandidate: Sendable, Equatable {
    public var id: User.ID
    public var username: String
    /// The IANA name that the user chose; nil for the configured zone.
    public var timeZone: String?
    public var isActive: Bool
    /// Whether the user takes part.
    public var autoMessages: Bool

    public init(
        id: User.ID, username: String, timeZone: String? = nil, isActive: Bool = true, autoMessages: Bool = true
    ) {
        self.id = id
        self.username = username
        self.timeZone = timeZone
        self.isActive = isActive
        self.autoMessages = autoMessages
    }
}
