import Logging
import MsgKit

/// What a migration goes by: a connection, and whom to tell how far it has come.
struct MigrationRun {
    /// How many documents are read and changed at a time.
    static let batchSize = 500

    let connection: MongoConnection
    let logger: Logger
    /// Called after each batch with how many documents of the step were looked at so far; throws to stop.
    let progress: (Int) throws -> Void

    /// Goes through the documents that match, by their ids.
    func forEachBatch(
        in collection: MongoCollection, _ filter: BSONDocument, fields: BSONDocument,
        _ body: ([BSONDocument]) throws -> Void
    ) throws {
        var last: BSON?
        var count = 0
        while true {
            var condition = filter
            condition.append("_id", last) { ["$gt": $0] }
            let batch = try connection.find(
                in: collection, condition,
                FindOptions(projection: fields, sort: ["_id": 1], limit: Self.batchSize))
            guard let newest = batch.last?["_id"] else { return }
            try body(batch)
            last = newest
            count += batch.count
            try progress(count)
        }
    }

    /// Makes the indexes that are not there. Servers since 4.2 build them while others read and write.
    func create(_ indexes: [MongoIndex]) throws {
        for collection in MongoCollection.allCases {
            let own = indexes.filter { $0.collection == collection }
            guard !own.isEmpty else { continue }
            do {
                _ = try connection.run(
                    [
                        "createIndexes": .string(collection.rawValue), "indexes": .array(own.map(\.specification)),
                    ], isWrite: true)
            } catch let error as MsgError {
                guard let failure = error.cause as? MongoFailure, Self.conflicts.contains(failure.code) else {
                    throw error
                }
                throw MsgError(
                    .configuration,
                    "The collection \(collection.rawValue) has an index that is in the way: \(failure.message)",
                    cause: failure)
            }
        }
    }

    /// The server's codes for an index of the same name or keys that is another one.
    private static let conflicts: Set<Int> = [67, 85, 86]
}
