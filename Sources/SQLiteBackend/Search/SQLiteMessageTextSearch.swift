import Foundation
import GRDB
import MsgKit

/// The store's own search, for when the index is on an engine that is away: it reads the newest messages one by one.
struct SQLiteMessageTextSearch: MessageTextSearch {
    /// How many of the newest messages a search looks at.
    static let maximumMessages = 20_000

    let database: SQLiteDatabase

    func search(_ query: MessageQuery) async throws -> Page<MessageMatch> {
        guard let matcher = MessageTextMatcher(query.text) else {
            return Page(items: [], request: query.page, total: 0)
        }
        var conditions = ["conversation IN (SELECT value FROM json_each(?))", "isDeleted = 0"]
        var arguments: SQLArguments = [query.conversations.json()]
        if let sender = query.sender {
            conditions.append("sender = ?")
            arguments += [sender]
        }
        if let from = query.from {
            conditions.append("createdAt >= ?")
            arguments += [from.stored]
        }
        if let to = query.to {
            conditions.append("createdAt < ?")
            arguments += [to.stored]
        }
        let sql = """
            SELECT id, content FROM messages WHERE \(conditions.joined(separator: " AND "))
            ORDER BY createdAt DESC, id DESC LIMIT \(Self.maximumMessages)
            """
        let newest = try await database.read { [arguments] db in
            try db.all(sql, arguments) { (id: try $0.id(0) as Message.ID, content: try $0.value(1) as String) }
        }
        let matches = newest.compactMap { message in
            matcher.fragment(of: message.content).map { MessageMatch(id: message.id, score: 0, fragment: $0) }
        }
        return Page(
            items: Array(matches.dropFirst(query.page.offset).prefix(query.page.limit)), request: query.page,
            total: matches.count)
    }
}
