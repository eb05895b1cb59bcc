import GRDB
import MsgKit

/// Where a message is to be stored: its sender and its conversation as they are before it, read with one statement.
struct MessagePlace {
    let sender: UserReference
    /// Whether somebody has joined the conversation after the message's instant.
    let hasLaterMembers: Bool
    /// The conversation's newest message that is not deleted.
    private let last: (createdAt: Int64, id: Message.ID)?

    /// - Throws: what keeps the sender from sending there.
    init(of message: Message, in db: Database) throws {
        let found = try db.first(
            """
            SELECT users.id, users.username, users.avatar, users.isActive,
                EXISTS (SELECT 1 FROM conversation_members WHERE conversation = ?1 AND user = ?2),
                EXISTS (SELECT 1 FROM conversation_members WHERE conversation = ?1 AND joinedAt > ?3),
                conversations.lastMessageAt, conversations.lastMessage
            FROM conversations LEFT JOIN users ON users.id = ?2 WHERE conversations.id = ?1
            """, [message.conversation, message.sender, message.createdAt.stored]
        ) { row in try MessagePlace(row: row) }
        guard let found else { throw MsgError(.conversationNotFound, "There is no such conversation.") }
        self = found
    }

    private init(row: ResultRow) throws {
        guard let isActive = row[3] as Bool? else { throw MsgError(.userNotFound, "There is no such user.") }
        guard try row.value(4) else {
            throw MsgError(.notParticipant, "Only participants of the conversation may send messages to it.")
        }
        guard isActive else { throw MsgError(.forbidden, "This account is deactivated.") }
        sender = try UserReference(row: row)
        hasLaterMembers = try row.value(5)
        last = if let createdAt = row[6] as Int64? { (createdAt, try row.id(7)) } else { nil }
    }

    /// Whether a message becomes the conversation's last.
    func isNewest(_ message: Message) -> Bool {
        guard let last else { return true }
        return (message.createdAt.stored, message.id) > last
    }

    /// Whether a message is the conversation's oldest, deleted ones counted.
    func isFirst(_ message: Message, in db: Database) throws -> Bool {
        if last != nil, isNewest(message) { return false }
        return try Self.isFirst(message, in: db)
    }

    /// Whether a stored message is the conversation's oldest, deleted ones counted.
    static func isFirst(_ message: Message, in db: Database) throws -> Bool {
        try !db.exists(
            "SELECT 1 FROM messages WHERE conversation = ? AND (createdAt, id) < (?, ?) LIMIT 1",
            [message.conversation, message.createdAt.stored, message.id])
    }
}
