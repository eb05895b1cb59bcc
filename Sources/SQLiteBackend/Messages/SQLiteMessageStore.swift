import Foundation
import GRDB
import MsgKit

/// Messages in SQLite. Everything that depends on a message, its conversation's last message and the counters that
/// unread counts come from, changes in the transaction of the message.
struct SQLiteMessageStore: MessageStore {
    let database: SQLiteDatabase

    func insert(_ message: Message) async throws -> MessageInsertion {
        try await database.write(.messages) { db in
            do {
                let place = try MessagePlace(of: message, in: db)
                if try MessageWriting.insert(message, into: place, in: db) {
                    return MessageInsertion(
                        message: message, sender: place.sender, isNew: true,
                        isFirst: try place.isFirst(message, in: db))
                }
            } catch let refusal as MsgError {
                // Who may send no longer still learns of what was sent.
                guard let earlier = try Self.earlier(than: message, in: db) else { throw refusal }
                return earlier
            }
            guard let earlier = try Self.earlier(than: message, in: db) else {
                throw MsgError(.internalError, "A message was neither stored nor found.")
            }
            return earlier
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
            message: stored.message, sender: stored.sender, isNew: false,
            isFirst: try MessagePlace.isFirst(stored.message, in: db))
    }
}
