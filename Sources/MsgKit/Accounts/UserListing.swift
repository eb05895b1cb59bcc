/// A user as a listing shows them: the account and whether they have a socket open somewhere.
public struct UserListing: Sendable, Equatable {
    public var user: User
    public var isOnline: Bool

    public init(user: User, isOnline: Bool) {
        self.user = user
        self.isOnline = isOnline
    }
}
