import Logging
import MsgKit

extension Engines {
    /// The form of the records, and what is to be done to bring it to this version's; changes nothing.
    static func schema(_ configuration: Configuration, logger: Logger) async throws -> SchemaReport {
        if let url = configuration.store.mongoDBURI {
            return try await mongoDBSchema(url, configuration, logger: logger)
        }
        return try await embeddedSchema(configuration)
    }

    /// Brings the records to this version's form.
    static func migrate(_ configuration: Configuration, logger: Logger) async throws -> SchemaReport {
        if let url = configuration.store.mongoDBURI {
            return try await migrateMongoDB(url, configuration, logger: logger)
        }
        return try await migrateEmbedded(configuration, logger: logger)
    }
}
