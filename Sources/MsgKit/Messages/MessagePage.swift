/// A stretch of a conversation's messages.
public struct MessagePage: Sendable, Equatable {
    /// Oldest first; by `createdAt`, then id.
    public var messages: [Message]
    /// Whether there are older ones than the first.
    public var hasOlder: Bool
    /// Whether there are newer ones than the last.
    public var hasNewer: Bool

    public init(messages: [Message], hasOlder: Bool, hasNewer: Bool) {
        self.messages = messages
        self.hasOlder = hasOlder
        self.hasNewer = hasNewer
    }
}
