/// The people and conversations with the most messages, as an answer shows them.
public struct TopListing: Sendable, Equatable {
    public struct Sender: Sendable, Equatable {
        public var id: User.ID
        /// Nil when the account is gone.
        public var user: UserReference?
        public var messages: Int
    }

    public var users: [Sender]
    public var conversations: [AnalyticsTop.Entry<Conversation>]
}
