import Foundation
import MsgKit

/// The store's own search, for when the index is away: it reads the newest messages one by one.
struct MongoMessageTextSearch: MessageTextSearch {
    /// How many of the newest messages a search looks at.
    static let maximumMessages = 20_000
    /// How many conversations are looked at, each through its own part of the index.
    static let maximumConversations = 1_000

    let database: MongoDatabase

    func search(_ query: MessageQuery) async throws -> Page<MessageMatch> {
        guard let matcher = MessageTextMatcher(query.text) else {
            return Page(items: [], request: query.page, total: 0)
        }
        let newest = try await database.perform { connection in
            try connection.find(
                in: .messages, Self.condition(query),
                FindOptions(
                    projection: ["content": 1], sort: ["createdAt": -1, "_id": -1], limit: Self.maximumMessages))
        }
        let matches = try database.damaged.readable(newest) { document -> MessageMatch? in
            let reader = DocumentReader(document, in: .messages)
            guard let fragment = matcher.fragment(of: try reader.string("content") ?? "") else { return nil }
            return MessageMatch(id: try reader.required("_id", reader.id("_id")), score: 0, fragment: fragment)
        }.compactMap(\.self)
        return Page(
            items: Array(matches.dropFirst(query.page.offset).prefix(query.page.limit)), request: query.page,
            total: matches.count)
    }

    private static func condition(_ query: MessageQuery) -> BSONDocument {
        var condition: BSONDocument = [
            "conversation": ["$in": .ids(query.conversations.prefix(maximumConversations))],
            "isDeleted": ["$ne": true],
        ]
        condition.append("sender", query.sender) { .id($0) }
        var span = BSONDocument()
        span.append("$gte", query.from) { .date($0) }
        span.append("$lt", query.to) { .date($0) }
        if !span.fields.isEmpty { condition.append("createdAt", .document(span)) }
        return condition
    }
}
