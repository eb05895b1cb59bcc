import Foundation

/// Something said in a conversation.
public struct Message: Sendable, Equatable {
    public typealias ID = Identifier<Message>

    public var id: ID
    /// 1–1000 characters, trimmed; empty once deleted.
    public var content: String
    public var sender: User.ID
    public var conversation: Conversation.ID
    /// In the order in which people read it; without the sender.
    public var readBy: [ReadReceipt]
    public var messageType: MessageType
    /// The client's own id for it, unique per sender; makes a retry find the first.
    public var clientMessageID: String?
    public var isDeleted: Bool
    public var deletedAt: Date?
    public var createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, content: String, sender: User.ID, conversation: Conversation.ID, readBy: [ReadReceipt] = [],
        messageType: MessageType = .user, clientMessageID: String? = nil, isDeleted: Bool = false,
        deletedAt: Date? = nil, createdAt: Date, updatedAt: Date
    ) {
        self.id = id
        self.content = content
        self.sender = sender
        self.conversation = conversation
        self.readBy = readBy
        self.messageType = messageType
        self.clientMessageID = clientMessageID
        self.isDeleted = isDeleted
        self.deletedAt = deletedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
