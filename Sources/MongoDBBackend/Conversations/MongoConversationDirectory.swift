import Foundation
import MsgKit

/// What a person takes part in, read from MongoDB.
struct MongoConversationDirectory: ConversationDirectory {
    private static let order: BSONDocument = ["activityAt": -1, "_id": 1]

    let database: MongoDatabase

    func conversations(of user: User.ID, page: PageRequest) async throws -> Page<ConversationOverview> {
        try await database.perform { connection in
            try Self.page(of: user, ["participants": .id(user)], page, connection, at: database.clock.now)
        }
    }

    func conversations(
        of user: User.ID, containing text: String, page: PageRequest
    ) async throws -> Page<ConversationOverview> {
        // No name holds what a pattern can't.
        if text.utf8.contains(0) { return Page(items: [], request: page, total: 0) }
        let part = BSON.part(TextFolding.fold(text))
        return try await database.perform { connection in
            let people = try Self.othersBeside(user, named: part, connection)
            let condition: BSONDocument = [
                "participants": .id(user),
                "$or": [["nameKey": part], ["participants": ["$in": .ids(people)]]],
            ]
            return try Self.page(of: user, condition, page, connection, at: database.clock.now)
        }
    }

    func conversation(_ id: Conversation.ID, asSeenBy user: User.ID) async throws -> ConversationOverview? {
        try await database.perform { connection in
            let found = try connection.find(
                in: .conversations, ["_id": .id(id), "participants": .id(user)], FindOptions(limit: 1))
            // Of one that is asked for by its id it is told that it can't be read; only lists leave it out.
            for document in found { _ = (try Conversation(document), try Membership(document)) }
            return try OverviewAssembly(viewer: user, connection: connection, instant: database.clock.now)
                .overviews(found).first
        }
    }

    func conversationIDs(of user: User.ID) async throws -> [Conversation.ID] {
        try await database.perform { connection in
            try connection.find(
                in: .conversations, ["participants": .id(user)],
                FindOptions(projection: ["_id": 1], hint: MongoIndex.conversationList)
            ).compactMap { $0["_id"]?.identifier(of: Conversation.self) }
        }
    }

    private static func page(
        of user: User.ID, _ condition: BSONDocument, _ request: PageRequest, _ connection: MongoConnection,
        at instant: Date
    ) throws -> Page<ConversationOverview> {
        let hint = MongoIndex.conversationList
        let total = try connection.count(.conversations, condition, hint: hint)
        guard total > request.offset else { return Page(items: [], request: request, total: total) }
        let found = try connection.find(
            in: .conversations, condition,
            FindOptions(sort: order, limit: request.limit, skip: request.offset, hint: hint))
        let items = try OverviewAssembly(viewer: user, connection: connection, instant: instant).overviews(found)
        return Page(items: items, request: request, total: total)
    }

    /// Those with whom a person has a conversation and whose name has a part; not the person.
    private static func othersBeside(
        _ user: User.ID, named part: BSON, _ connection: MongoConnection
    ) throws -> [User.ID] {
        let people = try connection.aggregate(
            .conversations,
            [
                ["$match": ["participants": .id(user)]], ["$unwind": "$participants"],
                ["$group": ["_id": "$participants"]],
            ], hint: MongoIndex.conversationList
        ).compactMap { $0["_id"]?.identifier(of: User.self) }.filter { $0 != user }
        guard !people.isEmpty else { return [] }
        return try connection.find(
            in: .users, ["_id": ["$in": .ids(people)], "usernameKey": part],
            FindOptions(projection: ["_id": 1], hint: "_id_")
        ).compactMap { $0["_id"]?.identifier(of: User.self) }
    }
}
