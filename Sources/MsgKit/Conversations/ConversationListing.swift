/// A conversation as a listing shows it to one of its participants, with who of them is online.
public struct ConversationListing: Sendable, Equatable {
    public var overview: ConversationOverview
    /// In the order of ``Conversation/participants``.
    public var participants: [UserListing]

    public init(_ overview: ConversationOverview, online: Set<User.ID>) {
        self.overview = overview
        participants = overview.participants.map { UserListing(user: $0, isOnline: online.contains($0.id)) }
    }
}
