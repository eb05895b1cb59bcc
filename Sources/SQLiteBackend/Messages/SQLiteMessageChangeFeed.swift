import Foundation
import GRDB
import MsgKit

/// The order in which messages were stored and deleted. Positions are given inside the writing transaction, and
/// SQLite has one writer, so they become visible in order.
struct SQLiteMessageChangeFeed: MessageChangeFeed {
    let database: SQLiteDatabase

    func changes(after position: ChangePosition?, limit: Int) async throws -> [MessageChange] {
        let start = try Self.number(position)
        return try await database.read { db in
            let rows = try db.all(
                "SELECT \(Message.columns), messages.changeSeq FROM messages WHERE changeSeq > ? ORDER BY changeSeq LIMIT ?",
                [start, limit]
            ) { row in (message: try Message(row: row), position: try row.value(Message.columnCount) as Int64) }
            let messages = try Message.withReceipts(rows.map(\.message), in: db)
            return zip(messages, rows).map { MessageChange(position: ChangePosition($1.position), message: $0) }
        }
    }

    func currentPosition() async throws -> ChangePosition? {
        let newest = try await database.read { try Self.newest(in: $0) }
        return newest == 0 ? nil : ChangePosition(newest)
    }

    func messages(afterID id: Message.ID?, limit: Int) async throws -> [Message] {
        try await database.read { db in
            let messages = try db.all(
                "SELECT \(Message.columns) FROM messages WHERE id > ? AND isDeleted = 0 ORDER BY id LIMIT ?",
                [id?.description ?? "", limit]
            ) { try Message(row: $0) }
            return try Message.withReceipts(messages, in: db)
        }
    }

    func waitForChange(after position: ChangePosition?, timeout: Duration) async throws {
        let start = try Self.number(position)
        let deadline = ContinuousClock.now + timeout
        while true {
            let generation = database.signal.generation(of: .messages)
            guard try await database.read({ try Self.newest(in: $0) }) <= start, .now < deadline else { return }
            await database.signal.wait(for: .messages, after: generation, until: deadline)
            try Task.checkCancellation()
        }
    }

    private static func newest(in db: Database) throws -> Int64 {
        try db.number("SELECT max(changeSeq) FROM messages")
    }

    private static func number(_ position: ChangePosition?) throws -> Int64 {
        guard let position else { return 0 }
        guard let number = Int64(position.token) else {
            throw MsgError(.badRequest, "The position is not one of this store.")
        }
        return number
    }
}

extension ChangePosition {
    init(_ number: Int64) {
        self.init(token: String(number))
    }
}
