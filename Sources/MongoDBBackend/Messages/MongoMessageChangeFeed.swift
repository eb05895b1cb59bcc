import Foundation
import MsgKit

/// The order in which messages were stored and deleted, by the server's logical clock.
///
/// A writer gets its place in the order a little before others can see what it wrote, so the newest change that is seen
/// may have earlier ones behind it that are not. It is given out only once every write that was under way when it was
/// seen has ended.
///
/// All is read as the primary has it: a message is inserted before a majority is waited for, so its write may have ended
/// while a majority does not have it yet. One that a failover undoes is given out and found nowhere.
struct MongoMessageChangeFeed: MessageChangeFeed {
    /// How often a waiting reader looks for changes of other processes.
    private static let pollInterval = Duration.milliseconds(250)

    let database: MongoDatabase
    let horizon: ChangeHorizon

    init(database: MongoDatabase) {
        self.database = database
        horizon = ChangeHorizon(database: database)
    }

    func changes(after position: ChangePosition?, limit: Int) async throws -> [MessageChange] {
        guard limit > 0, let (store, newest) = try await newest() else { return [] }
        let start = try position.map { try ChangeToken($0, in: store) }
        if let start, start >= newest { return [] }
        try await horizon.reach(newest, in: store)
        let documents = try await database.perform { connection in
            try connection.find(
                in: .messages, Self.condition(after: start, upTo: newest),
                FindOptions(sort: ["changedAt": 1, "_id": 1], limit: limit, isLocal: true))
        }
        return try documents.map { document in
            let token = try ChangeToken(document)
            // One document that somebody damaged must not keep all others from being found.
            let message =
                try database.damaged.readable([document]) { try Message($0) }.first ?? Self.unreadable(token.message)
            return MessageChange(position: token.position(in: store), message: message)
        }
    }

    /// What projections learn of a message that can't be read: that there is none.
    private static func unreadable(_ id: Message.ID) -> Message {
        Message(
            id: id, content: "", sender: Identifier(high: 0, low: 0), conversation: Identifier(high: 0, low: 0),
            isDeleted: true, deletedAt: id.instant,
            createdAt: id.instant, updatedAt: id.instant)
    }

    func currentPosition() async throws -> ChangePosition? {
        guard let (store, newest) = try await newest() else { return nil }
        try await horizon.reach(newest, in: store)
        return newest.position(in: store)
    }

    func messages(afterID id: Message.ID?, limit: Int) async throws -> [Message] {
        guard limit > 0 else { return [] }
        var last = id
        while true {
            let after = last
            let documents = try await database.perform { connection in
                try connection.find(
                    in: .messages,
                    ["_id": after.map { ["$gt": .id($0)] } ?? ["$gte": .objectID(0, 0)], "isDeleted": ["$ne": true]],
                    FindOptions(sort: ["_id": 1], limit: limit, isLocal: true))
            }
            let messages = try database.damaged.readable(documents) { try Message($0) }
            // A page of nothing but damage is not the end.
            guard messages.isEmpty, let end: Message.ID = documents.last?["_id"]?.identifier(of: Message.self) else {
                return messages
            }
            last = end
        }
    }

    func waitForChange(after position: ChangePosition?, timeout: Duration) async throws {
        let deadline = ContinuousClock.now + timeout
        while true {
            let generation = database.messagesChanged.generation
            if let (store, newest) = try await newest() {
                guard let position, try ChangeToken(position, in: store) >= newest else { return }
            }
            let left = deadline - .now
            guard left > .zero else { return }
            await database.messagesChanged.wait(after: generation, timeout: min(left, Self.pollInterval))
            try Task.checkCancellation()
        }
    }

    /// The newest change that can be seen, and the store's identity; nil when there is none.
    private func newest() async throws -> (store: String, token: ChangeToken)? {
        let document = try await database.perform { connection in
            try connection.first(
                in: .messages, ["changedAt": ["$gt": .timestamp(.unset)], "_id": Self.anyID],
                projection: ["changedAt": 1],
                sort: ["changedAt": -1, "_id": -1], isLocal: true)
        }
        guard let document, let store = database.schema.identity else { return nil }
        return (store, try ChangeToken(document))
    }

    /// Ids of messages are ObjectIds; what somebody stored under another is none.
    private static let anyID: BSON = ["$gte": .objectID(0, 0)]

    private static func condition(after start: ChangeToken?, upTo newest: ChangeToken) -> BSONDocument {
        let end = BSON.timestamp(newest.timestamp)
        guard let start else { return ["changedAt": ["$gt": .timestamp(.unset), "$lte": end], "_id": anyID] }
        let begin = BSON.timestamp(start.timestamp)
        return [
            "changedAt": ["$gte": begin, "$lte": end], "_id": anyID,
            "$or": [["changedAt": ["$gt": begin]], ["_id": ["$gt": .id(start.message)]]],
        ]
    }
}
