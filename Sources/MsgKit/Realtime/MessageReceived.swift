import Foundation

/// `message_received`: a message, as the people of its conversation get it.
public struct MessageReceived: ServerEvent, Equatable {
    public static let name = "message_received"

    public var id: Message.ID
    public var content: String
    public var sender: UserReference
    public var conversationId: Conversation.ID
    public var createdAt: Date
    public var messageType: MessageType

    public var recoveryKey: String? { id.description }

    public init(_ insertion: MessageInsertion) {
        id = insertion.message.id
        content = insertion.message.content
        sender = insertion.sender
        conversationId = insertion.message.conversation
        createdAt = insertion.message.createdAt
        messageType = insertion.message.messageType
    }
}
