import MsgKit

/// Asks whether the database can be read and has this program's schema. Changes nothing.
struct StoreInspection: HealthProbe {
    let name = "store"
    let isRequired = true
    let database: MongoDatabase

    func probe() async throws {
        let migrator = Migrator(clock: database.clock, logger: database.logger)
        let limit = database.options.automaticMigrationLimit
        try await database.perform(schema: false) { connection in
            let state = try migrator.state(connection)
            try migrator.check(state, of: connection.database)
            guard state.version < migrator.currentVersion else { return }
            let size = try migrator.size(connection)
            guard size <= limit else { throw SchemaGate.tooLarge(connection.database, documents: size) }
            let form = state.version == 0 ? "nothing of msgctl's in it yet" : "the schema of an older version"
            throw UnpreparedEngine(
                hint:
                    "The database \(connection.database) has \(form); msgctl migrate or msgctl serve makes what is missing."
            )
        }
    }
}
