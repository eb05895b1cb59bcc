/// What a user may do beyond their own conversations.
public enum UserRole: String, Sendable, Codable, CaseIterable {
    case user
    /// May delete anyone's message and change any group.
    case moderator
    /// May do what a moderator may, and run the service: users, analytics, dead letters.
    case admin

    /// Whether this role may do what a moderator may.
    public var moderates: Bool { self != .user }
}
