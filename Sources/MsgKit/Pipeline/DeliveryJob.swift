import Foundation

/// An automatic message in the queue; the body of the queue's messages.
public struct DeliveryJob: Sendable, Equatable, Codable {
    public var id: AutoMessage.ID
    public var senderId: User.ID
    public var receiverId: User.ID
    public var content: String
    public var conversationId: Conversation.ID
    public var sendDate: Date
    /// Tries that failed.
    public var retryCount: Int
    /// When it was published.
    public var timestamp: Date

    public init(
        id: AutoMessage.ID, senderId: User.ID, receiverId: User.ID, content: String, conversationId: Conversation.ID,
        sendDate: Date, retryCount: Int, timestamp: Date
    ) {
        self.id = id
        self.senderId = senderId
        self.receiverId = receiverId
        self.content = content
        self.conversationId = conversationId
        self.sendDate = sendDate
        self.retryCount = retryCount
        self.timestamp = timestamp
    }

    public init(_ message: AutoMessage, at instant: Date) {
        self.init(
            id: message.id, senderId: message.sender, receiverId: message.receiver, content: message.content,
            conversationId: message.conversation, sendDate: message.sendDate, retryCount: message.retryCount,
            timestamp: instant)
    }
}
