import Foundation
import GRDB
import MsgKit

/// The statements that change messages, with what has to change with them. To be called within a write.
enum MessageWriting {
    /// False when there is one already under its id, or under the sender's own id for it; nothing has changed then.
    static func insert(_ message: Message, into place: MessagePlace, in db: Database) throws -> Bool {
        let stored = try db.run(
            """
            INSERT INTO messages (id, conversation, sender, content, messageType, clientMessageId, isDeleted, deletedAt,
                createdAt, updatedAt, changeSeq)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(changeSeq), 0) + 1 FROM messages))
            ON CONFLICT DO NOTHING
            """,
            [
                message.id, message.conversation, message.sender, message.content, message.messageType.rawValue,
                message.clientMessageID, message.isDeleted, message.deletedAt?.stored, message.createdAt.stored,
                message.updatedAt.stored,
            ])
        guard stored > 0 else { return false }
        if !message.isDeleted { try count(message, in: place, db) }
        for receipt in message.readBy { _ = try markRead(message.id, by: receipt.user, at: receipt.readAt, in: db) }
        return true
    }

    private static func count(_ message: Message, in place: MessagePlace, _ db: Database) throws {
        // A message that a slower clock dated back is no newer than the last one.
        if place.isNewest(message) {
            try db.run(
                """
                UPDATE conversations SET messageCount = messageCount + 1, lastMessage = ?1, lastMessageAt = ?2,
                    updatedAt = max(updatedAt, ?2)
                WHERE id = ?3
                """, [message.id, message.createdAt.stored, message.conversation])
        } else {
            try db.run(
                """
                UPDATE conversations SET messageCount = messageCount + 1, updatedAt = max(updatedAt, ?) WHERE id = ?
                """, [message.createdAt.stored, message.conversation])
        }
        // For who joined after its instant it is behind them, be it stored only now.
        if place.hasLaterMembers {
            try db.run(
                "UPDATE conversation_members SET baseline = baseline + 1 WHERE conversation = ? AND joinedAt > ?",
                [message.conversation, message.createdAt.stored])
        }
        try db.run(
            """
            UPDATE conversation_members SET sentCount = sentCount + 1
            WHERE conversation = ? AND user = ? AND joinedAt <= ?
            """, [message.conversation, message.sender, message.createdAt.stored])
    }

    /// True when this call noted the reading.
    static func markRead(_ id: Message.ID, by user: User.ID, at instant: Date, in db: Database) throws -> Bool {
        let noted = try db.run(
            """
            INSERT OR IGNORE INTO message_reads (message, user, readAt)
            SELECT id, ?, ? FROM messages WHERE id = ? AND isDeleted = 0 AND sender <> ?
            """, [user, instant.stored, id, user])
        guard noted > 0 else { return false }
        try db.run(
            """
            UPDATE conversation_members SET readCount = readCount + 1
            FROM messages
            WHERE messages.id = ? AND conversation_members.user = ?
                AND conversation_members.conversation = messages.conversation
                AND conversation_members.joinedAt <= messages.createdAt
            """, [id, user])
        return true
    }

    /// Empties a message; nothing happens when it is deleted already or unknown.
    static func delete(_ id: Message.ID, at instant: Date, in db: Database) throws {
        let found = try db.first(
            "SELECT seq, conversation FROM messages WHERE id = ? AND isDeleted = 0", [id]
        ) { row in (seq: try row.value(0) as Int64, conversation: try row.id(1) as Conversation.ID) }
        guard let found else { return }
        // A member has the message behind them from before they joined, or wrote it, or has read it, or has it unread;
        // the first three are what their counters count.
        try db.run(
            """
            UPDATE conversation_members SET
                baseline = baseline - (joinedAt > messages.createdAt),
                sentCount = sentCount - (joinedAt <= messages.createdAt AND user = messages.sender),
                readCount = readCount - (joinedAt <= messages.createdAt AND EXISTS (
                    SELECT 1 FROM message_reads WHERE message = messages.id AND user = conversation_members.user))
            FROM messages
            WHERE messages.seq = ? AND conversation_members.conversation = ?
            """, [found.seq, found.conversation])
        try db.run(
            """
            UPDATE messages SET content = '', isDeleted = 1, deletedAt = ?1, updatedAt = ?1,
                changeSeq = (SELECT max(changeSeq) + 1 FROM messages)
            WHERE seq = ?2
            """, [instant.stored, found.seq])
        try db.run(
            """
            UPDATE conversations SET
                messageCount = messageCount - 1,
                (lastMessage, lastMessageAt) = (
                    SELECT id, createdAt FROM messages WHERE conversation = ?1 AND isDeleted = 0
                    ORDER BY createdAt DESC, id DESC LIMIT 1),
                updatedAt = max(updatedAt, ?2)
            WHERE id = ?1
            """, [found.conversation, instant.stored])
    }
}
