import Foundation

/// Where conversations and who takes part in them are kept. A write that returns is durable.
public protocol ConversationStore: Sendable {
    /// For each candidate the direct conversation of its pair: the one that exists, else the candidate itself, stored.
    ///
    /// One step: of concurrent calls for a pair one creates. The answer has the order of the candidates. At most
    /// 1,000 a call; each has exactly two different participants. A pair twice in a call gets one conversation.
    /// - Throws: ``ErrorCode/userNotFound`` when a participant does not exist; nothing is stored then.
    func findOrCreateDirect(_ candidates: [Conversation]) async throws -> [(conversation: Conversation, isNew: Bool)]

    /// Stores a group.
    /// - Throws: ``ErrorCode/userNotFound`` when a participant does not exist; nothing is stored then.
    func insertGroup(_ conversation: Conversation) async throws

    /// The conversation with this id; nil when there is none.
    func conversation(_ id: Conversation.ID) async throws -> Conversation?

    /// Names a group; nil when there is none such.
    func rename(_ id: Conversation.ID, to name: String, at instant: Date) async throws -> Conversation?

    /// Adds people to a group, in one step; who takes part already stays as they are. Nil when there is none such.
    /// - Throws: ``ErrorCode/userNotFound``, or ``ErrorCode/conflict`` when the group would have more than
    ///   ``Conversation/maximumParticipants``; nothing is changed then.
    func addParticipants(_ users: [User.ID], to id: Conversation.ID, at instant: Date) async throws -> Conversation?

    /// Takes one person out of a group; nil when there is none such. Who does not take part is no error.
    func removeParticipant(_ user: User.ID, from id: Conversation.ID, at instant: Date) async throws -> Conversation?
}
