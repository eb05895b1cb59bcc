/// A user as plans name them.
public struct PlanMember: Sendable, Equatable {
    public var id: User.ID
    public var username: String

    public init(id: User.ID, username: String) {
        self.id = id
        self.username = username
    }
}
