import Dispatch
import Foundation
import MsgKit
import Synchronization

extension MongoDBBackend {
    /// Reads what schema the database has; changes nothing.
    /// - Throws: ``ErrorCode/unavailable``; not when the schema is newer than this program.
    public func schemaStatus() async throws -> MongoDBSchemaStatus {
        let migrator = Migrator(clock: database.clock, logger: database.logger)
        return try await database.perform(schema: false) { connection in
            let version = try migrator.state(connection).version
            return MongoDBSchemaStatus(
                version: version, currentVersion: migrator.currentVersion,
                pending: migrator.pending(after: version).map(\.name), documents: try migrator.size(connection))
        }
    }

    /// Brings the database to this program's schema, however long that takes, and returns the names of the steps that
    /// were made. It may run while others read and write, more than once, and after it was interrupted.
    /// - Parameter progress: called with a step's name and how many documents of it were looked at so far.
    /// - Throws: ``ErrorCode/configuration`` when the schema is newer than this program or an index is in the way,
    ///   ``ErrorCode/unavailable``; `CancellationError` between two batches.
    public func migrate(
        progress: @escaping @Sendable (String, Int) -> Void = { _, _ in }
    ) async throws -> [String] {
        let migrator = Migrator(clock: database.clock, logger: database.logger)
        let isCancelled = Atomic(false)
        return try await withTaskCancellationHandler {
            try await database.maintain { connection in
                try migrator.apply(connection) { step, count in
                    if isCancelled.load(ordering: .relaxed) { throw CancellationError() }
                    progress(step, count)
                }
            }
        } onCancel: {
            isCancelled.store(true, ordering: .relaxed)
        }
    }
}

extension MongoDatabase {
    /// How long one command of maintenance may take: building an index on a large collection takes its time.
    private static let maintenanceTimeout = Duration.seconds(20 * 86_400)

    /// Runs a body with a connection of its own, on a thread of its own, whatever the schema is and without the
    /// deadline of calls.
    func maintain<Value: Sendable>(
        _ body: @escaping @Sendable (MongoConnection) throws -> Value
    ) async throws -> Value {
        let clients = MongoClients(
            uri: try MongoURI(options, socketTimeout: Self.maintenanceTimeout, isMaintenance: true), size: 1,
            sightings: sightings)
        return try await explaining {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread {
                    let result = Result {
                        try clients.withClient { client in
                            let connection = MongoConnection(
                                client: client, uri: clients.uri, deadline: .now + Self.maintenanceTimeout,
                                damaged: self.damaged)
                            try self.concern.pass(connection)
                            return try body(connection)
                        }
                    }
                    continuation.resume(with: result)
                }
                thread.name = "mongodb-maintenance"
                thread.start()
            }
        }
    }
}
