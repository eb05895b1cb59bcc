import Foundation
import MsgKit

/// Automatic messages in MongoDB, and how far each has come.
struct MongoAutoMessageStore: AutoMessageStore {
    private struct SentMark: Sendable {
        var id: AutoMessage.ID
        var instant: Date
    }

    let database: MongoDatabase
    private let finder: DocumentFinder<Message>
    private let sentMarks: Batcher<SentMark, Bool>

    init(database: MongoDatabase) {
        self.database = database
        finder = DocumentFinder(database, in: .autoMessages)
        sentMarks = Batcher(
            database, limits: .init(batch: 500, waiting: database.options.maximumWaiting, flushers: 2),
            work: Self.markSent)
    }

    func autoMessage(_ id: AutoMessage.ID) async throws -> AutoMessage? {
        try await finder.document(id).map { try AutoMessage($0) }
    }

    func tally(of plan: Plan.ID) async throws -> PlanProgress {
        try await database.perform { connection in
            func count(_ condition: BSON) -> BSON { ["$sum": ["$cond": [condition, 1, 0]]] }
            let isSent: BSON = ["$eq": ["$isSent", true]]
            let isFailed: BSON = ["$and": [["$not": [isSent]], ["$gt": ["$failedAt", .null]]]]
            let isOpen: BSON = ["$not": [["$or": [isSent, isFailed]]]]
            let sums = try connection.aggregate(
                .autoMessages,
                [
                    ["$match": ["plan": .id(plan)]],
                    [
                        "$group": [
                            "_id": .null, "sent": count(isSent), "failed": count(isFailed),
                            "queued": count(["$and": [isOpen, ["$eq": ["$isQueued", true]]]]),
                            "planned": count(["$and": [isOpen, ["$ne": ["$isQueued", true]]]]),
                        ]
                    ],
                ]
            ).first
            func number(_ key: String) -> Int { Int(clamping: sums?[key]?.integer ?? 0) }
            return PlanProgress(
                planned: number("planned"), queued: number("queued"), sent: number("sent"), failed: number("failed"))
        }
    }

    func due(at instant: Date, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage] {
        let condition: BSONDocument = ["isQueued": false, "failedAt": .null, "sendDate": ["$lte": .date(instant)]]
        return try await page(condition, by: "sendDate", after: last.map { ($0.sendDate, $0.id) }, limit: limit)
    }

    func queued(_ noted: LastNoted, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage] {
        let range: BSON =
            switch noted {
            case .before(let instant): ["$lt": .date(instant)]
            case .after(let instant): ["$gt": .date(instant)]
            }
        let condition: BSONDocument = ["isQueued": true, "failedAt": .null, "updatedAt": range]
        return try await page(condition, by: "updatedAt", after: last.map { ($0.updatedAt, $0.id) }, limit: limit)
    }

    func queuedCount(limit: Int) async throws -> Int {
        try await database.perform { connection in
            // Named, because the server would try out all indexes that begin alike, and read more than is to be counted.
            try connection.count(
                .autoMessages, ["isQueued": true, "failedAt": .null, "isSent": false], hint: MongoIndex.silent,
                limit: max(1, limit))
        }
    }

    private func page(
        _ condition: BSONDocument, by date: String, after last: (date: Date, id: AutoMessage.ID)?, limit: Int
    ) async throws -> [AutoMessage] {
        guard limit > 0 else { return [] }
        let behind = last.map { last -> BSON in
            let later: BSONDocument = [date: ["$gt": .date(last.date)]]
            let equal: BSONDocument = [date: .date(last.date), "_id": ["$gt": .id(last.id)]]
            return .array([.document(later), .document(equal)])
        }
        let condition = behind.map { condition.appending("$or", $0) } ?? condition
        return try await database.perform { connection in
            try Self.ofCompletePlans(condition, by: date, limit: limit, connection)
        }
    }

    func oldestQueued() async throws -> Date? {
        try await database.perform { connection in
            let oldest = try connection.first(
                in: .autoMessages,
                [
                    "isQueued": true, "failedAt": .null, "queuedAt": ["$gt": .date(Date(millisecondsSince1970: 0))],
                    "isSent": false,
                ], projection: ["queuedAt": 1], sort: ["queuedAt": 1])
            return try oldest.flatMap { try DocumentReader($0, in: .autoMessages).date("queuedAt") }
        }
    }

    func markQueued(_ ids: [AutoMessage.ID], at instant: Date) async throws {
        guard !ids.isEmpty else { return }
        try await database.perform { connection in
            _ = try connection.updateMany(
                in: .autoMessages, ["_id": ["$in": .ids(ids)], "isSent": ["$ne": true], "failedAt": .null],
                [
                    [
                        "$set": [
                            "isQueued": true, "updatedAt": .date(instant),
                            "queuedAt": ["$cond": [Self.isQueued(by: instant), "$queuedAt", .date(instant)]],
                        ]
                    ]
                ])
        }
    }

    /// In terms of an aggregation.
    private static func isQueued(by instant: Date) -> BSON {
        [
            "$and": [
                ["$eq": ["$isQueued", true]], ["$gt": ["$queuedAt", .null]], ["$lte": ["$queuedAt", .date(instant)]],
            ]
        ]
    }

    func markSent(_ id: AutoMessage.ID, at instant: Date) async throws -> Bool {
        try await sentMarks.submit(SentMark(id: id, instant: instant))
    }

    func markRetried(_ id: AutoMessage.ID, retryCount: Int, error: String, at instant: Date) async throws {
        try await set(
            id,
            [
                "retryCount": .int32(Int32(clamping: retryCount)), "errorMessage": .string(error),
                "updatedAt": .date(instant),
            ])
    }

    func markFailed(_ id: AutoMessage.ID, error: String, at instant: Date) async throws {
        try await set(
            id, ["failedAt": .date(instant), "errorMessage": .string(error), "updatedAt": .date(instant)])
    }

    func markReplayed(_ ids: [AutoMessage.ID], at instant: Date) async throws {
        guard !ids.isEmpty else { return }
        try await database.perform { connection in
            _ = try connection.updateMany(
                in: .autoMessages, ["_id": ["$in": .ids(ids)], "isSent": ["$ne": true], "failedAt": ["$ne": .null]],
                [
                    "$set": [
                        "failedAt": .null, "errorMessage": .null, "retryCount": 0, "isQueued": true,
                        "queuedAt": .date(instant), "replayedAt": .date(instant), "updatedAt": .date(instant),
                    ]
                ])
        }
    }

    /// Changes one that is not sent.
    private func set(_ id: AutoMessage.ID, _ fields: BSON) async throws {
        try await database.perform { connection in
            _ = try connection.updateOne(
                in: .autoMessages, ["_id": .id(id), "isSent": ["$ne": true]], ["$set": fields])
        }
    }

    /// Those that fulfil a condition, the earliest by a date first. What has no plan is the original's and needs none to be
    /// complete.
    private static func ofCompletePlans(
        _ condition: BSONDocument, by date: String, limit: Int, _ connection: MongoConnection
    ) throws -> [AutoMessage] {
        let unfinished = try PlanDocuments.unfinished(connection)
        var seen = 0
        while true {
            let documents = try connection.find(
                in: .autoMessages,
                condition.appending("isSent", false).appending("plan", ["$nin": .ids(unfinished)]),
                FindOptions(sort: [date: 1, "_id": 1], limit: limit, skip: seen))
            // A plan that was begun, or begun anew, between the two queries is not complete now.
            let plans = Set(documents.compactMap { $0["plan"]?.identifier(of: Plan.self) })
            let complete = try PlanDocuments.complete(among: plans, connection)
            let sendable = documents.filter { document in
                document["plan"]?.identifier(of: Plan.self).map { complete.contains($0) } ?? true
            }
            let messages = try connection.readable(sendable) { try AutoMessage($0) }
            seen += documents.count
            // A page of nothing but damage is not the end.
            if !messages.isEmpty || documents.count < limit { return messages }
        }
    }

    /// Marks what waits at once. Of several marks of one message the first counts.
    private static func markSent(
        _ connection: MongoConnection, _ marks: [SentMark]
    ) throws -> [Result<Bool, any Error>] {
        var first: [AutoMessage.ID: Int] = [:]
        for (index, mark) in marks.enumerated() where first[mark.id] == nil { first[mark.id] = index }
        // What this batch has marked bears its sign, so that each caller is told what it did and no other.
        let sign = BSON.int64(Int64.random(in: .min ... .max))
        let outcome = try connection.update(
            first.map { id, index in
                let instant = BSON.date(marks[index].instant)
                return MongoConnection.Update(
                    filter: ["_id": .id(id), "isSent": ["$ne": true]],
                    change: [
                        "$set": [
                            "isSent": true, "sentAt": instant, "failedAt": .null, "updatedAt": instant,
                            "sentBy": sign,
                        ]
                    ])
            }, in: .autoMessages)
        var done = Set(first.keys)
        if outcome.modified < done.count {
            let found = try connection.find(
                in: .autoMessages, ["_id": ["$in": .ids(done)], "sentBy": sign], FindOptions(projection: ["_id": 1]))
            done = Set(found.compactMap { $0["_id"]?.identifier(of: Message.self) })
        }
        return marks.enumerated().map { .success(first[$1.id] == $0 && done.contains($1.id)) }
    }
}
