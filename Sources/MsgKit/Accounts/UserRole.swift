/// What a user may do beyond their own conversations; each role may do what those before it may.
public enum UserRole: String, Sendable, Codable, CaseIterable {
    case user
    /// May delete anyone's message and change any group.
    case moderator
    /// May run the service: users, analytics, dead letters.
    case admin

    /// Whether this role may do what another one may.
    public func includes(_ other: UserRole) -> Bool { rank >= other.rank }

    private var rank: Int {
        switch self {
        case .user: 0
        case .moderator: 1
        case .admin: 2
        }
    }

    /// Those who have it, in a sentence.
    var plural: String {
        switch self {
        case .user: "users"
        case .moderator: "moderators"
        case .admin: "administrators"
        }
    }
}
