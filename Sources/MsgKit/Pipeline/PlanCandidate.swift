/// A user whom planning may pair.
public struct PlanCandidate: Sendable, Equatable {
    public var id: User.ID
    public var username: String

    public init(id: User.ID, username: String) {
        self.id = id
        self.username = username
    }
}
