import Logging
import MongoDBBackend
import MsgKit

extension Engines {
    static func openMongoDB(
        _ url: Secret, _ configuration: Configuration, logger: Logger, clock: any WallClock
    ) throws -> MongoDBBackend {
        let store = configuration.store
        var options = MongoDBOptions(
            url: url, defaultDatabase: store.mongoDBDatabase, connections: store.mongoDBConnections,
            writeConcern: store.mongoDBWriteConcern == .majority ? .majority : .members(1),
            readConcern: store.mongoDBReadConcern.rawValue)
        options.urlName = "store.mongodb_uri"
        return try opening(options.urlName, configuration) {
            try MongoDBBackend(options: options, logger: logger, clock: clock)
        }
    }

    /// What the database's form is and lacks; changes nothing.
    static func mongoDBSchema(
        _ url: Secret, _ configuration: Configuration, logger: Logger
    ) async throws -> SchemaReport {
        let backend = try openMongoDB(url, configuration, logger: logger, clock: SystemClock())
        let status: MongoDBSchemaStatus
        do {
            status = try await backend.schemaStatus()
        } catch {
            await backend.close()
            throw error
        }
        await backend.close()
        guard status.version <= status.currentVersion else {
            throw MsgError(
                .configuration,
                "The database has schema \(status.version), which is newer than this program's "
                    + "\(status.currentVersion); use the msgctl that wrote it, or a newer one.")
        }
        return SchemaReport(schemaVersion: status.version, pending: status.pending)
    }

    /// Brings the database to this version's form, while others use it.
    static func migrateMongoDB(
        _ url: Secret, _ configuration: Configuration, logger: Logger
    ) async throws -> SchemaReport {
        let backend = try openMongoDB(url, configuration, logger: logger, clock: SystemClock())
        do {
            let progress = ProgressLine("documents migrated")
            let applied = try await backend.migrate { _, count in progress.show(count) }
            progress.finish()
            let version = try await backend.schemaStatus().version
            await backend.close()
            return SchemaReport(schemaVersion: version, applied: applied)
        } catch {
            await backend.close()
            throw error
        }
    }
}

extension RecordEngine {
    init(_ backend: MongoDBBackend) {
        self.init(
            users: backend.users, sessions: backend.sessions, conversations: backend.conversations,
            directory: backend.directory, messages: backend.messages, changes: backend.changes,
            textSearch: backend.textSearch, autoMessages: backend.autoMessages, plans: backend.plans,
            exclusions: backend.exclusions, phaseRuns: backend.phaseRuns, workers: backend.workers,
            probe: backend.probe)
    }
}
