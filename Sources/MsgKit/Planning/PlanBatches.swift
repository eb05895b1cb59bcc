/// How much of a plan is read or written in one step. What is planned doesn't depend on it.
public struct PlanBatches: Sendable {
    /// Users; at most ``PlanChunk/maximumUsers``.
    public var users: Int
    /// Conversations and messages; at most 1,000.
    public var messages: Int

    public init(users: Int = PlanChunk.maximumUsers, messages: Int = 1_000) {
        self.users = min(max(users, 1), PlanChunk.maximumUsers)
        self.messages = min(max(messages, 1), 1_000)
    }
}
