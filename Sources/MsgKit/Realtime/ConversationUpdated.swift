/// `conversation_updated`: a conversation has another name or other participants.
public struct ConversationUpdated: ServerEvent, Equatable {
    public static let name = "conversation_updated"

    public var conversation: ConversationSummary

    public init(_ conversation: ConversationSummary) {
        self.conversation = conversation
    }
}
