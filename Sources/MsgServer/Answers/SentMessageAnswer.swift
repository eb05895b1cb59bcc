import Foundation
import MsgKit

/// A message that was stored, as its sender gets it.
struct SentMessageAnswer: Encodable, Sendable {
    var id: Message.ID
    var content: String
    var sender: UserReference
    var conversationId: Conversation.ID
    var messageType: MessageType
    var createdAt: Date
    var clientMessageId: String?

    init(_ insertion: MessageInsertion) {
        id = insertion.message.id
        content = insertion.message.content
        sender = insertion.sender
        conversationId = insertion.message.conversation
        messageType = insertion.message.messageType
        createdAt = insertion.message.createdAt
        clientMessageId = insertion.message.clientMessageID
    }
}
