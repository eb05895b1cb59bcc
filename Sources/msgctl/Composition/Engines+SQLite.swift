import Logging
import MsgKit
import SQLiteBackend

extension Engines {
    /// The embedded engines, in the configured data directory.
    static func embedded(
        _ configuration: Configuration, node: NodeID, logger: Logger, clock: any WallClock
    ) async throws -> Engines {
        let backend = try await SQLiteBackend.open(
            directory: DataDirectory(path: configuration.store.dataDirectory),
            options: SQLiteOptions(
                node: node, version: Version.current, visibilityTimeout: configuration.worker.visibilityTimeout),
            logger: logger, clock: clock)
        return Engines(
            users: backend.users, sessions: backend.sessions, conversations: backend.conversations,
            directory: backend.directory, messages: backend.messages, changes: backend.changes,
            autoMessages: backend.autoMessages, plans: backend.plans, queue: backend.queue,
            deadLetters: backend.deadLetters, search: backend.search, presence: backend.presence,
            leases: backend.leases, bus: backend.bus, probes: backend.probes, services: backend.services,
            schema: SchemaReport(schemaVersion: backend.schemaVersion, applied: backend.appliedMigrations),
            close: { try await backend.close() })
    }

    /// What the data's form is and lacks; changes nothing.
    static func embeddedSchema(_ configuration: Configuration) async throws -> SchemaReport {
        let status = try await SQLiteBackend.schemaStatus(directory: configuration.store.dataDirectory)
        guard status.version <= status.currentVersion else {
            throw MsgError(
                .configuration,
                "The data in \(configuration.store.dataDirectory) has schema \(status.version), which is newer than this "
                    + "program's \(status.currentVersion); use the msgctl that wrote it, or a newer one.")
        }
        return SchemaReport(schemaVersion: status.version, pending: status.pending)
    }
}
