import Foundation
import GRDB
import MsgKit
import Synchronization

/// Full-text search with FTS5.
final class SQLiteSearchIndex: SearchIndex {
    let database: SQLiteDatabase
    /// The generation that this object began or goes on with.
    let building = Mutex<Int64?>(nil)

    init(database: SQLiteDatabase) {
        self.database = database
    }

    func checkpoint() async throws -> ChangePosition? {
        try await database.read { try SearchTables.state(in: $0).checkpoint }
    }

    func apply(_ changes: [MessageChange], following checkpoint: ChangePosition?) async throws -> Bool {
        guard let last = changes.last else { return try await self.checkpoint() == checkpoint }
        let messages = Self.latest(changes)
        return try await database.write { db in
            var state = try SearchTables.state(in: db)
            guard state.checkpoint == checkpoint else { return false }
            if state.formatVersion != SearchTables.formatVersion { state = try SearchTables.reset(state, in: db) }
            let (gone, there) = (messages.filter(\.isDeleted), messages.filter { !$0.isDeleted })
            try SearchTables.remove(gone.map(\.id), from: SearchTables.live, state.generation, db)
            try SearchTables.store(there, in: SearchTables.live, state.generation, db)
            try db.run("UPDATE search_state SET position = ? WHERE key = 1", [last.position.token])
            return true
        }
    }

    /// Each message once, as the last of its changes left it.
    private static func latest(_ changes: [MessageChange]) -> [Message] {
        var seen: Set<Message.ID> = []
        return changes.reversed().map(\.message).filter { seen.insert($0.id).inserted }.reversed()
    }

    func search(_ query: MessageQuery) async throws -> Page<MessageMatch> {
        guard let expression = SearchExpression(query.text) else {
            return Page(items: [], request: query.page, total: 0)
        }
        return try await database.read { db in
            guard try SearchTables.state(in: db).formatVersion == SearchTables.formatVersion else {
                return Page(items: [], request: query.page, total: 0)
            }
            let statement = SearchStatement(query, expression)
            let total = try db.number("SELECT count(*) \(statement.matching)", statement.arguments)
            let ranked = try db.all(statement.ranked, statement.arguments + [query.page.limit, query.page.offset]) {
                (doc: try $0.value(0) as Int64, id: try $0.id(1) as Message.ID, rank: try $0.value(2) as Double)
            }
            let items = try ranked.map { match in
                let text = try db.first(SearchStatement.highlighted, [expression.content, match.doc]) {
                    try $0.value(0) as String
                }
                return MessageMatch(id: match.id, score: -match.rank, fragment: MessageFragment.cut(text ?? ""))
            }
            return Page(items: items, request: query.page, total: Int(total))
        }
    }
}
