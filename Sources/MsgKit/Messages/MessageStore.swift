import Foundation

/// Where messages are kept. A write that returns is durable.
public protocol MessageStore: Sendable {
    /// Stores a message and makes it its conversation's last one, in one step.
    ///
    /// A message of the same sender and `clientMessageID`, or with the same id, that is there already is returned
    /// instead, whatever else it says, and nothing is stored.
    /// - Throws: ``ErrorCode/conversationNotFound``, ``ErrorCode/notParticipant`` when the sender does not take part,
    ///   ``ErrorCode/forbidden`` when the sender is deactivated, ``ErrorCode/userNotFound``.
    func insert(_ message: Message) async throws -> MessageInsertion

    /// The message with this id, deleted or not; nil when there is none.
    func message(_ id: Message.ID) async throws -> Message?

    /// Those of the messages that exist and are not deleted, in no order. At most 1,000 ids a call.
    func messages(_ ids: [Message.ID]) async throws -> [Message]

    /// A stretch of a conversation, without deleted messages.
    /// - Throws: ``ErrorCode/messageNotFound`` when the cursor's message is not of this conversation. It may be deleted.
    func messages(in conversation: Conversation.ID, _ cursor: MessageCursor, limit: Int) async throws -> MessagePage

    /// Notes that a user has read a message, once; true when this call noted it. The sender's own read is never noted.
    /// False as well when the message is deleted or unknown.
    func markRead(_ id: Message.ID, by user: User.ID, at instant: Date) async throws -> Bool

    /// Empties a message and marks it deleted; its conversation's last message becomes the newest one left. Returns
    /// the message as it is afterwards, nil when there is none. Deleting twice changes nothing.
    func delete(_ id: Message.ID, at instant: Date) async throws -> Message?
}
