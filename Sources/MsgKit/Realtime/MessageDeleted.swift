/// `message_deleted`: a message is gone.
public struct MessageDeleted: ServerEvent, Equatable {
    public static let name = "message_deleted"

    public var messageId: Message.ID
    public var conversationId: Conversation.ID

    public init(_ message: Message) {
        messageId = message.id
        conversationId = message.conversation
    }
}
