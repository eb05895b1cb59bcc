/// What went on in a span of time.
public struct AnalyticsSummary: Sendable, Equatable, Codable {
    /// Messages, the automatic ones included.
    public var messages: Int
    /// Those of them that the pipeline sent in people's names.
    public var automatic: Int
    /// People who wrote, or in whose names was written.
    public var senders: Int
    /// Conversations in which something was written.
    public var conversations: Int

    public init(messages: Int, automatic: Int, senders: Int, conversations: Int) {
        self.messages = messages
        self.automatic = automatic
        self.senders = senders
        self.conversations = conversations
    }
}
