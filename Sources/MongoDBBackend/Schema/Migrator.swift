import Foundation
import Logging
import MsgKit

/// Brings a database to the schema of this program, one numbered step at a time.
struct Migrator: Sendable {
    /// What the database says of itself.
    struct State: Sendable {
        /// 0 when nothing was noted yet.
        var version = 0
        /// Which store this is, among all that ever were.
        var identity: String?
    }

    var migrations: [Migration] = Migration.all
    let clock: any WallClock
    let logger: Logger

    var currentVersion: Int { migrations.last?.version ?? 0 }

    /// The steps that a schema lacks.
    func pending(after version: Int) -> [Migration] { migrations.filter { $0.version > version } }

    func state(_ connection: MongoConnection) throws -> State {
        var state = State()
        for document in try connection.find(in: .meta, ["_id": ["$in": ["schema", "store"]]]) {
            let reader = DocumentReader(document, in: .meta)
            if document["_id"] == "schema" {
                state.version = Int(clamping: try reader.required("version", try reader.integer("version")))
            } else {
                state.identity = try reader.required("identity", try reader.string("identity"))
            }
        }
        return state
    }

    /// - Throws: ``ErrorCode/configuration`` when the schema is newer than this program, which would not know what it
    ///   reads.
    func check(_ state: State, of database: String) throws {
        guard state.version > currentVersion else { return }
        throw MsgError(
            .configuration,
            """
            The database \(database) has schema \(state.version), but this msgctl knows schemas up to \
            \(currentVersion); run the newer msgctl that wrote it.
            """)
    }

    /// How many documents the original's collections hold, by the server's own books.
    func size(_ connection: MongoConnection) throws -> Int {
        try [MongoCollection.users, .conversations, .messages, .autoMessages].reduce(0) { sum, collection in
            let count = try connection.count(collection, [:])
            return sum.addingReportingOverflow(count).partialValue
        }
    }

    /// Makes what is missing, and returns the names of the steps.
    /// - Parameter progress: called with a step's name and how many documents were looked at; throws to stop.
    func apply(
        _ connection: MongoConnection, progress: @escaping (String, Int) throws -> Void = { _, _ in }
    ) throws -> [String] {
        let state = try state(connection)
        try check(state, of: connection.database)
        if state.identity == nil { try identify(connection) }
        let steps = pending(after: state.version)
        for step in steps {
            let run = MigrationRun(connection: connection, logger: logger) { try progress(step.name, $0) }
            try progress(step.name, 0)
            try run.create(step.indexes)
            try step.complete(run)
            // Never back: another process may be ahead.
            _ = try connection.updateOne(
                in: .meta, ["_id": "schema"],
                [
                    "$max": ["version": .int32(Int32(clamping: step.version))],
                    "$set": ["appliedAt": .date(clock.now)],
                ], isUpsert: true)
        }
        return steps.map(\.name)
    }

    private func identify(_ connection: MongoConnection) throws {
        let identity = String(UInt64.random(in: .min ... .max), radix: 36)
        // Of two that come at once the second meets the first one's, by its upsert or by a duplicate.
        _ = try connection.updateOne(
            in: .meta, ["_id": "store"], ["$setOnInsert": ["identity": .string(identity)]], isUpsert: true)
    }
}
