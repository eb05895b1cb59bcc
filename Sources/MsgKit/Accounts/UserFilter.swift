/// Which users a listing shows.
public struct UserFilter: Sendable, Equatable {
    /// A set of users that a listing is limited to, or that it leaves out.
    public enum Membership: Sendable, Equatable {
        case among([User.ID])
        case notAmong([User.ID])
    }

    /// A part of the username, in any letter case; `%` and `_` stand for themselves. Nil for all.
    public var query: String?
    /// Only active or only deactivated accounts.
    public var isActive: Bool?
    /// Only these, or all but these; at most ``UserDirectory/maximumOnline`` ids.
    public var membership: Membership?

    public init(query: String? = nil, isActive: Bool? = true, membership: Membership? = nil) {
        self.query = query
        self.isActive = isActive
        self.membership = membership
    }
}
