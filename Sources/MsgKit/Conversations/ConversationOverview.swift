import Foundation

/// A conversation as one of its participants sees it in their list.
public struct ConversationOverview: Sendable, Equatable {
    public var conversation: Conversation
    /// In the order of ``Conversation/participants``.
    public var participants: [User]
    /// The newest message that is not deleted, with who sent it.
    public var lastMessage: Message?
    public var lastSender: UserReference?
    /// Messages of others, since the viewer joined, not deleted, that the viewer has not marked read.
    public var unreadCount: Int

    public init(
        conversation: Conversation, participants: [User], lastMessage: Message?, lastSender: UserReference?,
        unreadCount: Int
    ) {
        self.conversation = conversation
        self.participants = participants
        self.lastMessage = lastMessage
        self.lastSender = lastSender
        self.unreadCount = unreadCount
    }
}
