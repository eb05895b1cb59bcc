/// Which users a listing shows.
public struct UserFilter: Sendable, Equatable {
    /// A part of the username, in any letter case; `%` and `_` stand for themselves. Nil for all.
    public var query: String?
    /// Only those who are online, or who are not.
    public var isOnline: Bool?
    /// Only active or only deactivated accounts.
    public var isActive: Bool?

    public init(query: String? = nil, isOnline: Bool? = nil, isActive: Bool? = true) {
        self.query = query
        self.isOnline = isOnline
        self.isActive = isActive
    }
}
