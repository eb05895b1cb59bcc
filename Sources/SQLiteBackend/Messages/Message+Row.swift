import GRDB
import MsgKit

extension Message {
    /// The columns that ``init(row:)`` reads, in its order.
    static let columns =
        [
            "id", "content", "sender", "conversation", "messageType", "clientMessageId", "isDeleted", "deletedAt",
            "createdAt", "updatedAt",
        ].map { "messages.\($0)" }.joined(separator: ", ")

    static let columnCount = 10

    /// Without its receipts, which ``withReceipts(_:in:)`` adds.
    init(row: ResultRow) throws {
        self.init(
            id: try row.id(0), content: try row.value(1), sender: try row.id(2), conversation: try row.id(3),
            messageType: try row.choice(4), clientMessageID: row[5] as String?, isDeleted: try row.value(6),
            deletedAt: row.optionalDate(7), createdAt: try row.date(8), updatedAt: try row.date(9))
    }

    /// Adds who has read the messages, with one query for all of them.
    static func withReceipts(_ messages: [Message], in db: Database) throws -> [Message] {
        guard !messages.isEmpty else { return [] }
        var receipts: [Message.ID: [ReadReceipt]] = [:]
        let rows = try db.all(
            """
            SELECT message, user, readAt FROM message_reads
            WHERE message IN (SELECT value FROM json_each(?)) ORDER BY seq
            """, [messages.map(\.id).json()]
        ) { row in
            (message: try row.id(0) as Message.ID, receipt: ReadReceipt(user: try row.id(1), readAt: try row.date(2)))
        }
        for row in rows { receipts[row.message, default: []].append(row.receipt) }
        return messages.map { message in
            var message = message
            message.readBy = receipts[message.id] ?? []
            return message
        }
    }

    /// The message with this id, deleted or not; nil when there is none.
    static func stored(_ id: Message.ID, in db: Database) throws -> Message? {
        guard let message = try db.first("SELECT \(columns) FROM messages WHERE id = ?", [id], { try Message(row: $0) })
        else { return nil }
        return try withReceipts([message], in: db).first
    }

    /// Those of the messages that exist, each with who sent it.
    static func stored(
        _ ids: [Message.ID], in db: Database
    ) throws -> [(message: Message, sender: UserReference)] {
        let rows = try db.all(
            """
            SELECT \(columns), users.id, users.username, users.avatar
            FROM messages JOIN users ON users.id = messages.sender
            WHERE messages.id IN (SELECT value FROM json_each(?))
            """, [ids.json()]
        ) { row in (message: try Message(row: row), sender: try UserReference(row: row, at: columnCount)) }
        let messages = try withReceipts(rows.map(\.message), in: db)
        return zip(messages, rows).map { ($0, $1.sender) }
    }
}
