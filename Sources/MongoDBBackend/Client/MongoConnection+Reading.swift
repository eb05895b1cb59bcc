import CMongoC
import MsgKit

extension MongoConnection {
    /// The documents that match.
    func find(
        in collection: MongoCollection, _ filter: BSONDocument, _ options: FindOptions = FindOptions()
    ) throws -> [BSONDocument] {
        // To the server zero would be no limit.
        if let limit = options.limit, limit <= 0 { return [] }
        let settings = options.document(timeLeft: try timeLeft())
        return try withCollection(collection) { handle in
            try filter.withBSON { filter in
                try settings.withBSON { settings in
                    try all(mongoc_collection_find_with_opts(handle, filter, settings, nil))
                }
            }
        }
    }

    /// The first document that matches.
    func first(
        in collection: MongoCollection, _ filter: BSONDocument, projection: BSONDocument? = nil,
        sort: BSONDocument? = nil, isLocal: Bool = false
    ) throws -> BSONDocument? {
        try find(in: collection, filter, FindOptions(projection: projection, sort: sort, limit: 1, isLocal: isLocal))
            .first
    }

    /// The results of an aggregation.
    func aggregate(
        _ collection: MongoCollection, _ stages: [BSON], hint: String? = nil
    ) throws -> [BSONDocument] {
        var settings: BSONDocument = ["maxTimeMS": .int32(try timeLeft()), "batchSize": 10_000]
        settings.append("hint", hint) { .string($0) }
        let pipeline: BSONDocument = ["pipeline": .array(stages)]
        return try withCollection(collection) { handle in
            try pipeline.withBSON { pipeline in
                try settings.withBSON { settings in
                    try all(mongoc_collection_aggregate(handle, MONGOC_QUERY_NONE, pipeline, settings, nil))
                }
            }
        }
    }

    /// How many documents match.
    func count(
        _ collection: MongoCollection, _ filter: BSONDocument, hint: String? = nil, limit: Int? = nil
    ) throws -> Int {
        var command: BSONDocument = ["count": .string(collection.rawValue), "query": .document(filter)]
        command.append("hint", hint) { .string($0) }
        command.append("limit", limit) { .int64(Int64($0)) }
        let answer = try run(command)
        guard let count = answer["n"]?.integer else { throw MsgError.unknownAnswer("count") }
        return Int(clamping: count)
    }

    /// Reads a cursor to its end, and frees it.
    func all(_ cursor: OpaquePointer?) throws -> [BSONDocument] {
        guard let cursor else { throw MsgError.unknownAnswer("cursor") }
        defer { mongoc_cursor_destroy(cursor) }
        var documents: [BSONDocument] = []
        var bson: OpaquePointer?
        while mongoc_cursor_next(cursor, &bson) {
            guard let bson else { break }
            documents.append(try BSONDecoder.decode(bson))
            // A bound on time is a bound on how much a broken server can make us keep.
            if documents.count.isMultiple(of: 10_000) { _ = try timeLeft() }
        }
        var error = bson_error_t()
        guard !mongoc_cursor_error(cursor, &error) else { throw MsgError(MongoFailure(error)) }
        return documents
    }
}

extension MsgError {
    /// A server answered, but not what it should have.
    static func unknownAnswer(_ command: String) -> MsgError {
        MsgError(
            .internalError, "Something went wrong on the server.",
            cause: MongoFailure(domain: 0, code: 0, message: "the answer to \(command) can't be read"))
    }
}
