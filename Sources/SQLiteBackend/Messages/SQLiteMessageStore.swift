import Foundation
import GRDB
import MsgKit

/// Messages in SQLite. Everything that depends on a message, its conversation's last message and the counters that
/// unread counts come from, changes in the transaction of the message.
struct SQLiteMessageStore: MessageStore {
    let database: SQLiteDatabase

    func insert(_ message: Message) async throws -> MessageInsertion {
        try await database.write(.messages) { db in
            if let earlier = try Self.earlier(than: message, in: db) { return earlier }
            let sender = try Self.permittedSender(of: message, in: db)
            try MessageWriting.insert(message, in: db)
            return MessageInsertion(
                message: message, sender: sender, isNew: true, isFirst: try Self.isFirst(message, in: db))
        }
    }

    func message(_ id: Message.ID) async throws -> Message? {
        try await database.read { try Message.stored(id, in: $0) }
    }

    func messages(_ ids: [Message.ID]) async throws -> [Message] {
        try await database.read { db in
            try Message.stored(ids, in: db).map(\.message).filter { !$0.isDeleted }
        }
    }

    func messages(
        in conversation: Conversation.ID, _ cursor: MessageCursor, limit: Int
    ) async throws -> MessagePage {
        try await database.read { db in
            try MessageListing(conversation: conversation, limit: max(1, limit)).page(cursor, in: db)
        }
    }

    func markRead(_ id: Message.ID, by user: User.ID, at instant: Date) async throws -> Bool {
        try await database.write { try MessageWriting.markRead(id, by: user, at: instant, in: $0) }
    }

    func delete(_ id: Message.ID, at instant: Date) async throws -> Message? {
        try await database.write(.messages) { db in
            try MessageWriting.delete(id, at: instant, in: db)
            return try Message.stored(id, in: db)
        }
    }

    /// The message that is there already under the id, or under the sender's own id for it.
    private static func earlier(than message: Message, in db: Database) throws -> MessageInsertion? {
        var id = try db.first("SELECT id FROM messages WHERE id = ?", [message.id]) { try $0.id(0) as Message.ID }
        if id == nil, let clientID = message.clientMessageID {
            id = try db.first(
                "SELECT id FROM messages WHERE sender = ? AND clientMessageId = ?", [message.sender, clientID]
            ) { try $0.id(0) }
        }
        guard let id, let stored = try Message.stored([id], in: db).first else { return nil }
        return MessageInsertion(
            message: stored.message, sender: stored.sender, isNew: false, isFirst: try isFirst(stored.message, in: db))
    }

    private static func isFirst(_ message: Message, in db: Database) throws -> Bool {
        try !db.exists(
            "SELECT 1 FROM messages WHERE conversation = ? AND (createdAt, id) < (?, ?) LIMIT 1",
            [message.conversation, message.createdAt.stored, message.id])
    }

    private static func permittedSender(of message: Message, in db: Database) throws -> UserReference {
        guard try db.exists("SELECT 1 FROM conversations WHERE id = ?", [message.conversation]) else {
            throw MsgError(.conversationNotFound, "There is no such conversation.")
        }
        let sender = try db.first(
            """
            SELECT users.id, users.username, users.avatar, users.isActive, EXISTS (
                SELECT 1 FROM conversation_members
                WHERE conversation_members.conversation = ? AND conversation_members.user = users.id)
            FROM users WHERE users.id = ?
            """, [message.conversation, message.sender]
        ) { row in
            (
                reference: try UserReference(row: row), isActive: try row.value(3) as Bool,
                isMember: try row.value(4) as Bool
            )
        }
        guard let sender else { throw MsgError(.userNotFound, "There is no such user.") }
        guard sender.isMember else {
            throw MsgError(.notParticipant, "Only participants of the conversation may send messages to it.")
        }
        guard sender.isActive else { throw MsgError(.forbidden, "This account is deactivated.") }
        return sender.reference
    }
}
