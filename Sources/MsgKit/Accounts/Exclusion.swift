/// That a user never wants to be paired with another; planning reads it both ways.
public struct Exclusion: Sendable, Hashable {
    /// How many others a user may exclude.
    public static let maximumPerUser = 100

    public var user: User.ID
    public var other: User.ID

    public init(of other: User.ID, by user: User.ID) {
        self.user = user
        self.other = other
    }
}

extension Exclusion {
    /// The complaints of every store.
    public static var unknownUser: MsgError { MsgError(.userNotFound, "There is no such user.") }
    public static var ofOneself: MsgError { MsgError(.badRequest, "Nobody can exclude themselves.") }
    public static var tooMany: MsgError {
        MsgError(.conflict, "At most \(maximumPerUser) users can be excluded; take another exclusion back first.")
    }
}
