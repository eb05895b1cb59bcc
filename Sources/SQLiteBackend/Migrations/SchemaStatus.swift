import MsgKit

/// What a data directory's schema is and lacks.
public struct SchemaStatus: Sendable, Equatable {
    /// The schema the directory has; 0 when there is none.
    public var version: Int
    /// The schema this program works with; less than ``version`` when a newer program wrote the directory.
    public var currentVersion: Int
    /// The names of the steps between them, in order.
    public var pending: [String]
}

extension SQLiteBackend {
    /// Reads a directory's schema; changes nothing, and makes nothing where there is nothing.
    /// - Throws: ``ErrorCode/configuration`` when there is a database that can't be read; not when its schema is newer.
    public static func schemaStatus(directory: String) async throws -> SchemaStatus {
        try await BlockingWork.run {
            let migrator = Migrator()
            let version = try migrator.version(in: DataDirectory(path: directory))
            return SchemaStatus(
                version: version, currentVersion: migrator.currentVersion,
                pending: migrator.pending(after: version).map(\.name))
        }
    }
}
