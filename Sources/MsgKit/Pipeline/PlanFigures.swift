/// How much a plan holds.
public struct PlanFigures: Sendable, Equatable, Codable {
    /// Active, opted-in users.
    public var users: Int
    /// Pairs and trios.
    public var pairings: Int
    public var messages: Int
    /// Users without a pairing.
    public var leftOut: Int

    public init(users: Int = 0, pairings: Int = 0, messages: Int = 0, leftOut: Int = 0) {
        self.users = users
        self.pairings = pairings
        self.messages = messages
        self.leftOut = leftOut
    }
}
