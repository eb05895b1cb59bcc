/// What a person takes part in.
public protocol ConversationDirectory: Sendable {
    /// A page of a user's conversations, the one with the newest message (or, without one, the newest) first, then by id.
    func conversations(of user: User.ID, page: PageRequest) async throws -> Page<ConversationOverview>

    /// One conversation as the user sees it; nil when there is none or they do not take part.
    func conversation(_ id: Conversation.ID, asSeenBy user: User.ID) async throws -> ConversationOverview?

    /// The ids of all of a user's conversations, in no order.
    func conversationIDs(of user: User.ID) async throws -> [Conversation.ID]

    /// A page of those of a user's conversations whose name or another participant's username contains the text, in
    /// any letter case and without regard to accents; order as in ``conversations(of:page:)``.
    func conversations(
        of user: User.ID, containing text: String, page: PageRequest
    ) async throws -> Page<ConversationOverview>
}
