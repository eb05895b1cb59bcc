/// From where a conversation's messages are listed.
public enum MessageCursor: Sendable, Equatable {
    /// The newest.
    case newest
    /// Those older than a message of the conversation, nearest first counted.
    case before(Message.ID)
    /// Those newer than a message of the conversation, nearest first counted.
    case after(Message.ID)
}
