import Foundation
import MsgKit

/// The store's own search, for when the index is away: it reads the newest messages one by one.
struct MongoMessageTextSearch: MessageTextSearch {
    /// How many of the newest messages a search looks at.
    static let maximumMessages = 20_000
    /// How many conversations are looked at, each through its own part of the index.
    static let maximumConversations = 1_000
    /// How many parts of an index the server merges by their order at most; of more it would read and sort everything.
    static let mergedParts = 200

    let database: MongoDatabase

    func search(_ query: MessageQuery) async throws -> Page<MessageMatch> {
        guard let matcher = MessageTextMatcher(query.text) else {
            return Page(items: [], request: query.page, total: 0)
        }
        let newest = try await database.perform { try Self.newest(query, $0) }
        let matches = try database.damaged.readable(newest) { document -> MessageMatch? in
            let reader = DocumentReader(document, in: .messages)
            guard let fragment = matcher.fragment(of: try reader.string("content") ?? "") else { return nil }
            return MessageMatch(id: try reader.required("_id", reader.id("_id")), score: 0, fragment: fragment)
        }.compactMap(\.self)
        return Page(
            items: Array(matches.dropFirst(query.page.offset).prefix(query.page.limit)), request: query.page,
            total: matches.count)
    }

    /// The newest messages of all conversations, the newest first.
    private static func newest(_ query: MessageQuery, _ connection: MongoConnection) throws -> [BSONDocument] {
        let conversations = Array(query.conversations.prefix(maximumConversations))
        var newest: [(place: MessagePlace, document: BSONDocument)] = []
        var query = query
        for start in stride(from: 0, to: conversations.count, by: mergedParts) {
            query.conversations = Array(conversations[start...].prefix(mergedParts))
            let found = try connection.find(
                in: .messages, condition(query),
                FindOptions(
                    projection: ["content": 1, "createdAt": 1], sort: ["createdAt": -1, "_id": -1],
                    limit: maximumMessages))
            newest += try connection.readable(found) { document in
                let reader = DocumentReader(document, in: .messages)
                let id: Message.ID = try reader.required("_id", reader.id("_id"))
                let createdAt = try reader.date("createdAt") ?? id.instant
                return (MessagePlace(createdAt: createdAt, id: id), document)
            }
            newest.sort { $0.place > $1.place }
            guard newest.count >= maximumMessages else { continue }
            newest.removeSubrange(maximumMessages...)
            // Of the conversations that follow only what is newer than the last one can be among them.
            query.from = newest.last?.place.createdAt
        }
        return newest.map(\.document)
    }

    private static func condition(_ query: MessageQuery) -> BSONDocument {
        var condition: BSONDocument = [
            "conversation": ["$in": .ids(query.conversations)],
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
