import Foundation
import Logging
import MsgKit
import SQLiteBackend

extension Engines {
    /// The embedded engines, in the configured data directory.
    static func openEmbedded(
        _ configuration: Configuration, node: NodeID, logger: Logger, clock: any WallClock
    ) async throws -> SQLiteBackend {
        warnOfLoss(configuration, logger: logger)
        return try await SQLiteBackend.open(
            directory: DataDirectory(path: configuration.store.dataDirectory),
            options: SQLiteOptions(
                node: node, version: Version.current, visibilityTimeout: configuration.worker.visibilityTimeout),
            logger: logger, clock: clock)
    }

    /// Says that a database is begun anew where there seems to have been one: what was in it may be elsewhere.
    private static func warnOfLoss(_ configuration: Configuration, logger: Logger) {
        let directory = DataDirectory(path: configuration.store.dataDirectory)
        let attributes = try? FileManager.default.attributesOfItem(atPath: directory.databasePath)
        let hasData = ((attributes?[.size] as? NSNumber)?.intValue ?? 0) > 0
        guard !hasData, FileManager.default.fileExists(atPath: directory.path + "/" + TokenSecret.fileName) else {
            return
        }
        logger.warning(
            "the data directory has a token secret and no data: an empty database is begun; stop and restore a backup if there was another",
            metadata: ["file": "\(directory.databasePath)"])
    }

    /// - Throws: ``ErrorCode/unavailable`` when the data directory is not there; ``ErrorCode/configuration`` when something
    ///   else is in its place or this user may not look into it.
    static func requireDirectory(_ configuration: Configuration) throws {
        let path = configuration.store.dataDirectory
        guard try DataDirectory(path: path).isThere() else {
            throw MsgError(
                .unavailable, "There is no data directory \(path); msgctl serve or msgctl migrate makes it."
            ).trying("migrate")
        }
    }

    /// Makes the data directory, if it is not there, and brings it to this version's form.
    static func migrateEmbedded(_ configuration: Configuration, logger: Logger) async throws -> SchemaReport {
        let backend = try await openEmbedded(configuration, node: .random(), logger: logger, clock: SystemClock())
        try await backend.close()
        return SchemaReport(schemaVersion: backend.schemaVersion, applied: backend.appliedMigrations)
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

extension RecordEngine {
    init(_ backend: SQLiteBackend) {
        self.init(
            users: backend.users, sessions: backend.sessions, conversations: backend.conversations,
            directory: backend.directory, messages: backend.messages, changes: backend.changes,
            textSearch: backend.textSearch, autoMessages: backend.autoMessages, plans: backend.plans,
            exclusions: backend.exclusions, phaseRuns: backend.phaseRuns, workers: backend.workers,
            probe: backend.storeProbe)
    }
}

extension CacheEngine {
    init(_ backend: SQLiteBackend) {
        self.init(
            presence: backend.presence, leases: backend.leases, bus: backend.bus,
            rateLimiter: InProcessRateLimiter(), probe: backend.cacheProbe)
    }
}

extension QueueEngine {
    init(_ backend: SQLiteBackend) {
        self.init(jobs: backend.queue, deadLetters: backend.deadLetters, probe: backend.queueProbe)
    }
}

extension SearchEngine {
    init(_ backend: SQLiteBackend) {
        self.init(index: backend.search, analytics: backend.analytics, probe: backend.searchProbe)
    }
}
