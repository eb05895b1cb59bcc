import CMongoC
import MsgKit

extension MongoConnection {
    /// An update of one document or of all that match.
    struct Update {
        var filter: BSONDocument
        /// A document of operators, or an array of stages.
        var change: BSON
        var isMany = false
        var isUpsert = false
    }

    /// Stores documents, each for itself.
    /// - Parameter trustsDuplicates: whether a key that is there already is an answer although nobody confirms that it
    ///   will stay: to whoever must be told that it is taken, not to whoever takes it for stored.
    func insert(
        _ documents: [BSONDocument], into collection: MongoCollection, isFollowed: Bool = false,
        trustsDuplicates: Bool = false
    ) throws -> WriteOutcome {
        guard !documents.isEmpty else { return WriteOutcome() }
        let outcome = try bulk(on: collection, isFollowed: isFollowed, trustsDuplicates: trustsDuplicates) {
            bulk, error in
            for document in documents {
                guard
                    try document.withBSON({ mongoc_bulk_operation_insert_with_opts(bulk, $0, nil, &error) })
                else { return false }
            }
            return true
        }
        // Of a bulk that the library sent in parts one part may be lost.
        guard outcome.inserted + outcome.duplicates.count == documents.count else { throw MsgError.late }
        return outcome
    }

    /// Makes updates, each for itself.
    func update(_ updates: [Update], in collection: MongoCollection) throws -> WriteOutcome {
        guard !updates.isEmpty else { return WriteOutcome() }
        return try bulk(on: collection) { bulk, error in
            for update in updates {
                let options: BSONDocument = update.isUpsert ? ["upsert": true] : [:]
                let isAdded = try update.filter.withBSON { filter in
                    try options.withBSON { options in
                        try update.change.withBSON { change in
                            update.isMany
                                ? mongoc_bulk_operation_update_many_with_opts(bulk, filter, change, options, &error)
                                : mongoc_bulk_operation_update_one_with_opts(bulk, filter, change, options, &error)
                        }
                    }
                }
                guard isAdded else { return false }
            }
            return true
        }
    }

    /// Updates one document that matches.
    func updateOne(
        in collection: MongoCollection, _ filter: BSONDocument, _ change: BSON, isUpsert: Bool = false
    ) throws -> WriteOutcome {
        try update([Update(filter: filter, change: change, isUpsert: isUpsert)], in: collection)
    }

    /// Updates all documents that match.
    func updateMany(in collection: MongoCollection, _ filter: BSONDocument, _ change: BSON) throws -> WriteOutcome {
        try update([Update(filter: filter, change: change, isMany: true)], in: collection)
    }

    /// Removes all documents that match; returns how many there were.
    func removeAll(from collection: MongoCollection, _ filter: BSONDocument) throws -> Int {
        try bulk(on: collection) { bulk, error in
            try filter.withBSON { mongoc_bulk_operation_remove_many_with_opts(bulk, $0, nil, &error) }
        }.removed
    }

    /// Updates one document that matches, in one step with finding it, and returns it as it is afterwards; nil when
    /// none matches.
    /// - Parameter isUpsert: whether one is made when none matches.
    func findAndUpdate(
        in collection: MongoCollection, _ filter: BSONDocument, _ change: BSON, isUpsert: Bool = false
    ) throws -> BSONDocument? {
        var command: BSONDocument = [
            "findAndModify": .string(collection.rawValue), "query": .document(filter), "update": change, "new": true,
            "maxTimeMS": .int32(try timeLeft()),
        ]
        if isUpsert { command.append("upsert", true) }
        let answer = try run(command, isWrite: true)
        switch answer["value"] {
        case .document(let document)?: return document
        case nil, .null?: return nil
        default: throw MsgError.unknownAnswer("findAndModify")
        }
    }

    /// Asks for a write that finds nothing to change to be confirmed.
    func confirmNothing() throws {
        let none: BSONDocument = ["q": ["_id": "nothing"], "limit": 1]
        _ = try run(
            ["delete": .string(MongoCollection.meta.rawValue), "deletes": .array([.document(none)])], isWrite: true)
    }

    /// Runs a bulk whose writes don't wait for one another.
    /// - Parameter fill: adds the writes; false with the reason when one can't be sent.
    private func bulk(
        on collection: MongoCollection, isFollowed: Bool = false, trustsDuplicates: Bool = false,
        fill: (OpaquePointer, inout bson_error_t) throws -> Bool
    ) throws -> WriteOutcome {
        let options = try writeOptions(isFollowed: isFollowed).appending("ordered", false)
        return try withCollection(collection) { handle in
            guard let bulk = try options.withBSON({ mongoc_collection_create_bulk_operation_with_opts(handle, $0) })
            else { throw MsgError.unknownAnswer("bulk") }
            defer { mongoc_bulk_operation_destroy(bulk) }
            var refusal = bson_error_t()
            guard try fill(bulk, &refusal) else { throw MsgError(MongoFailure(refusal)) }
            let (isDone, reply, failure) = try withOutcome { mongoc_bulk_operation_execute(bulk, $0, $1) != 0 }
            let outcome = try Self.outcome(of: reply)
            if isDone { return outcome }
            guard let unconfirmed = Self.unconfirmed(in: reply) else {
                // Duplicates may be all that went wrong.
                guard !outcome.duplicates.isEmpty else { throw MsgError(failure) }
                return outcome
            }
            guard trustsDuplicates, outcome.inserted == 0, !outcome.duplicates.isEmpty else {
                throw MsgError(unconfirmed)
            }
            return outcome
        }
    }

    private static func outcome(of reply: BSONDocument) throws -> WriteOutcome {
        func count(_ key: String) -> Int { reply[key]?.integer.map { Int(clamping: $0) } ?? 0 }
        var outcome = WriteOutcome(
            inserted: count("nInserted"), matched: count("nMatched"), modified: count("nModified"),
            removed: count("nRemoved"))
        guard case .array(let errors)? = reply["writeErrors"] else { return outcome }
        for case .document(let error) in errors {
            let failure = MongoFailure(
                domain: MONGOC_ERROR_SERVER.rawValue, code: error["code"]?.integer.map { Int(clamping: $0) } ?? 0,
                message: error["errmsg"]?.text ?? "")
            guard failure.isDuplicateKey, let index = error["index"]?.integer else { throw MsgError(failure) }
            outcome.duplicates.append(Int(clamping: index))
        }
        return outcome
    }

    /// Why the servers did not confirm what they did; nil when they did.
    private static func unconfirmed(in reply: BSONDocument) -> MongoFailure? {
        guard case .array(let errors)? = reply["writeConcernErrors"], case .document(let error)? = errors.first else {
            return nil
        }
        return MongoFailure(
            domain: MONGOC_ERROR_WRITE_CONCERN.rawValue, code: error["code"]?.integer.map { Int(clamping: $0) } ?? 0,
            message: error["errmsg"]?.text ?? "")
    }
}

extension BSON {
    /// Hands a document, or an array, to the library for the time of the call.
    func withBSON<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        switch self {
        case .document(let document): try document.withBSON(body)
        case .array(let values):
            // An aggregation's stages go as an array's bytes, which are those of a document with numbers as names.
            try BSONDocument(values.enumerated().map { BSONDocument.Field(key: String($0), value: $1) }).withBSON(body)
        default: throw BSONError.malformed
        }
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
}
