import MsgKit

/// What a data directory's schema is and lacks.
public struct SchemaStatus: Sendable, Equatable {
    /// The schema the directory has; 0 when there is none.
    public var schemaVersion: Int
    /// The schema this program works with.
    public var currentVersion: Int
    /// The names of the steps between them, in order.
    public var pending: [String]

    /// Reads it; changes nothing, and makes nothing where there is nothing.
    /// - Throws: ``ErrorCode/configuration`` when the directory can't be read; not when its schema is newer.
    public static func read(_ directory: DataDirectory) async throws -> SchemaStatus {
        try await BlockingWork.run {
            let migrator = Migrator()
            let version = try migrator.version(in: directory)
            return SchemaStatus(
                schemaVersion: version, currentVersion: migrator.currentVersion,
                pending: migrator.pending(after: version).map(\.name))
        }
    }

    /// Whether the directory was written by a newer program, which alone can open it.
    public var isNewer: Bool { schemaVersion > currentVersion }
}
