/// A message that a person wants to send.
public struct MessageDraft: Sendable, Equatable {
    public var conversation: Conversation.ID
    public var content: MessageContent
    public var clientMessageID: ClientMessageID?

    public init(conversation: Conversation.ID, content: MessageContent, clientMessageID: ClientMessageID? = nil) {
        self.conversation = conversation
        self.content = content
        self.clientMessageID = clientMessageID
    }

    /// Reads `content`, `conversationId` and `clientMessageId`, of a REST body and of an event's payload alike.
    /// - Throws: ``ErrorCode/validationFailed`` with every bad field.
    public init(_ reader: inout FieldReader) throws {
        let content = try reader.requiredString("content").flatMap { text in
            try reader.check("content") { try MessageContent(text) }
        }
        let conversation = reader.requiredIdentifier("conversationId", of: Conversation.self)
        let clientMessageID = try reader.string("clientMessageId").flatMap { text in
            try reader.check("clientMessageId") { try ClientMessageID(text) }
        }
        try reader.finish()
        guard let content, let conversation else { throw MsgError.invalid(reader.errors) }
        self.init(conversation: conversation, content: content, clientMessageID: clientMessageID)
    }
}
