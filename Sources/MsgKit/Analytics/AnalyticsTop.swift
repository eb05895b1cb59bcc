/// Who wrote most and where most was written.
public struct AnalyticsTop: Sendable, Equatable {
    /// How many people or conversations one answer may name.
    public static let maximumLimit = 100

    public struct Entry<Entity>: Sendable, Equatable {
        public var id: Identifier<Entity>
        public var messages: Int

        public init(id: Identifier<Entity>, messages: Int) {
            self.id = id
            self.messages = messages
        }
    }

    public var users: [Entry<User>]
    public var conversations: [Entry<Conversation>]

    public init(users: [Entry<User>], conversations: [Entry<Conversation>]) {
        self.users = users
        self.conversations = conversations
    }
}
