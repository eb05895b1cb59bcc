/// `conversation_created`: a conversation that the receiver takes part in from now on.
public struct ConversationCreated: ServerEvent, Equatable {
    public static let name = "conversation_created"

    public var conversation: ConversationSummary

    public init(_ conversation: ConversationSummary) {
        self.conversation = conversation
    }
}
