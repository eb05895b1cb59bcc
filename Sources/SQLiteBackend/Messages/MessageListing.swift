import Foundation
import GRDB
import MsgKit

/// The stretches of one conversation, by `createdAt` and then id.
struct MessageListing {
    /// A message's place in its conversation.
    private struct Place {
        var createdAt: Int64
        var id: Message.ID

        init(createdAt: Int64, id: Message.ID) {
            self.createdAt = createdAt
            self.id = id
        }

        init(_ message: Message) {
            self.init(createdAt: message.createdAt.stored, id: message.id)
        }
    }

    let conversation: Conversation.ID
    let limit: Int

    func page(_ cursor: MessageCursor, in db: Database) throws -> MessagePage {
        switch cursor {
        case .newest:
            let found = try stretch("", [], "DESC", in: db)
            return try finish(found.messages.reversed(), hasOlder: found.hasMore, hasNewer: false, in: db)
        case .before(let id):
            let place = try place(of: id, in: db)
            let found = try stretch("AND (createdAt, id) < (?, ?)", [place.createdAt, place.id], "DESC", in: db)
            let newer =
                if let last = found.messages.first {
                    try exists("(createdAt, id) > (?, ?)", Place(last), in: db)
                } else {
                    try exists("(createdAt, id) >= (?, ?)", place, in: db)
                }
            return try finish(found.messages.reversed(), hasOlder: found.hasMore, hasNewer: newer, in: db)
        case .after(let id):
            let place = try place(of: id, in: db)
            let found = try stretch("AND (createdAt, id) > (?, ?)", [place.createdAt, place.id], "ASC", in: db)
            let older =
                if let first = found.messages.first {
                    try exists("(createdAt, id) < (?, ?)", Place(first), in: db)
                } else {
                    try exists("(createdAt, id) <= (?, ?)", place, in: db)
                }
            return try finish(found.messages, hasOlder: older, hasNewer: found.hasMore, in: db)
        }
    }

    private func place(of id: Message.ID, in db: Database) throws -> Place {
        let createdAt = try db.first(
            "SELECT createdAt FROM messages WHERE id = ? AND conversation = ?", [id, conversation]
        ) { try $0.value(0) as Int64 }
        guard let createdAt else {
            throw MsgError(.messageNotFound, "There is no such message in this conversation.")
        }
        return Place(createdAt: createdAt, id: id)
    }

    private func stretch(
        _ condition: String, _ arguments: SQLArguments, _ direction: String, in db: Database
    ) throws -> (messages: [Message], hasMore: Bool) {
        let messages = try db.all(
            """
            SELECT \(Message.columns) FROM messages WHERE conversation = ? AND isDeleted = 0 \(condition)
            ORDER BY createdAt \(direction), id \(direction) LIMIT ?
            """, [conversation] + arguments + [limit + 1]
        ) { try Message(row: $0) }
        return (Array(messages.prefix(limit)), messages.count > limit)
    }

    private func exists(_ condition: String, _ place: Place, in db: Database) throws -> Bool {
        try db.exists(
            "SELECT 1 FROM messages WHERE conversation = ? AND isDeleted = 0 AND \(condition) LIMIT 1",
            [conversation, place.createdAt, place.id])
    }

    private func finish(
        _ messages: [Message], hasOlder: Bool, hasNewer: Bool, in db: Database
    ) throws -> MessagePage {
        MessagePage(messages: try Message.withReceipts(messages, in: db), hasOlder: hasOlder, hasNewer: hasNewer)
    }
}
