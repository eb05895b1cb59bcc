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

    /// Written by hand: an encoder takes a tenth of the time that all of a message takes.
    public func json() -> String {
        var text = ""
        text.reserveCapacity(288 + content.utf8.count)
        text.append("{\"id\":\"\(id)\",\"content\":")
        text.appendJSON(content)
        text.append(",\"sender\":{\"id\":\"\(sender.id)\",\"username\":")
        text.appendJSON(sender.username)
        text.append(",\"avatar\":")
        if let avatar = sender.avatar { text.appendJSON(avatar) } else { text.append("null") }
        text.append(
            "},\"conversationId\":\"\(conversationId)\",\"createdAt\":\"\(createdAt.iso8601)\",\"messageType\":\"")
        text.append(messageType.rawValue)
        text.append("\"}")
        return text
    }
}
