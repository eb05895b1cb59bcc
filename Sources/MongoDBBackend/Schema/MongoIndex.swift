/// An index that the queries go by.
struct MongoIndex: Sendable {
    var collection: MongoCollection
    var name: String
    var keys: BSONDocument
    var isUnique = false
    /// Which documents are in it; nil for all. A query uses it only when it says as much.
    var filter: BSONDocument?

    init(
        _ collection: MongoCollection, _ name: String, _ keys: BSONDocument, isUnique: Bool = false,
        only filter: BSONDocument? = nil
    ) {
        self.collection = collection
        self.name = name
        self.keys = keys
        self.isUnique = isUnique
        self.filter = filter
    }

    /// As `createIndexes` takes it.
    var specification: BSON {
        var document: BSONDocument = ["key": .document(keys), "name": .string(name)]
        if isUnique { document.append("unique", true) }
        document.append("partialFilterExpression", filter) { .document($0) }
        return .document(document)
    }
}

extension MongoIndex {
    /// A text that is there: neither null nor empty.
    static let text: BSON = ["$gt": ""]

    static let accounts = [
        MongoIndex(.users, "users_username", ["usernameKey": 1], isUnique: true, only: ["usernameKey": text]),
        MongoIndex(.users, "users_email", ["emailKey": 1], isUnique: true, only: ["emailKey": text]),
        MongoIndex(.users, listing, ["usernameKey": 1, "_id": 1, "isActive": 1]),
        MongoIndex(.sessions, "sessions_user", ["user": 1, "endedAt": 1]),
        MongoIndex(.sessions, "sessions_ended", ["endedAt": 1]),
    ]

    static let conversations = [
        MongoIndex(.conversations, conversationList, ["participants": 1, "activityAt": -1, "_id": 1]),
        MongoIndex(
            .conversations, "conversations_direct", ["directKey": 1], isUnique: true, only: ["directKey": text]),
    ]

    static let messages = [
        MongoIndex(.messages, "messages_history", ["conversation": 1, "createdAt": 1, "_id": 1]),
        MongoIndex(.messages, "messages_unread", ["unreadBy": 1, "conversation": 1, "createdAt": 1]),
        MongoIndex(
            .messages, "messages_client", ["sender": 1, "clientMessageId": 1], isUnique: true,
            only: ["clientMessageId": text]),
        MongoIndex(.messages, "messages_changes", ["changedAt": 1, "_id": 1]),
    ]

    static let pipeline = [
        MongoIndex(
            .autoMessages, "automessages_due", ["isQueued": 1, "failedAt": 1, "sendDate": 1, "_id": 1, "plan": 1],
            only: ["isSent": false]),
        MongoIndex(
            .autoMessages, "automessages_stale", ["isQueued": 1, "failedAt": 1, "queuedAt": 1, "plan": 1],
            only: ["isSent": false]),
        MongoIndex(
            .autoMessages, "automessages_plan", ["plan": 1, "_id": 1],
            only: ["plan": ["$gt": .objectID(0, 0)]]),
        MongoIndex(.plans, "plans_plan", ["plan": 1], isUnique: true),
        MongoIndex(.plans, "plans_completed", ["completedAt": 1]),
        MongoIndex(.plans, "plans_dropped", ["dropped.plan": 1], only: ["dropped.plan": ["$gt": .objectID(0, 0)]]),
    ]

    static let planChunks = [
        MongoIndex(.planChunks, "planchunks_plan", ["plan": 1, "_id": 1]),
        MongoIndex(.plans, planList, ["_id.date": -1, "_id.pool": 1]),
    ]

    static let wishes = [MongoIndex(.users, pool, ["pool": 1, "_id": 1])]

    /// A pool's users in the order of planning.
    static let pool = "users_pool"
    static let silentMessages = [
        MongoIndex(
            .autoMessages, silent, ["isQueued": 1, "failedAt": 1, "updatedAt": 1, "_id": 1, "plan": 1],
            only: ["isSent": false])
    ]
    static let workers = [MongoIndex(.workers, "workers_seen", ["seenAt": 1])]

    /// Queued messages by when something was last noted of them.
    static let silent = "automessages_silent"
    /// The users' in the order of a listing.
    static let listing = "users_listing"
    /// A person's conversations in the order of their list.
    static let conversationList = "conversations_list"
    /// Plans, the newest date first.
    static let planList = "plans_list"
}
