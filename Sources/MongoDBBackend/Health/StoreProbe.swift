import MsgKit

/// Asks whether the database takes writes and confirms them, and whether it is still the same one: a set without a
/// majority, a full disk and a database that was dropped or restored under a running process show in no read.
struct StoreProbe: HealthProbe {
    let name = "store"
    let isRequired = true
    let database: MongoDatabase

    func probe() async throws {
        let now = database.clock.now
        let isSame = try await database.perform { connection in
            let own: BSONDocument = [
                "_id": "store", "identity": .optional(database.schema.identity) { .string($0) },
            ]
            return try connection.updateOne(in: .meta, own, ["$set": ["probedAt": .date(now)]]).matched > 0
        }
        guard isSame else {
            database.schema.forget()
            throw MsgError(
                .unavailable,
                "The database is not the one that this process opened: it was removed or replaced.",
                detail:
                    "The database \(database.uri.database) is not the one that this process opened: it was removed or replaced."
            )
        }
    }
}
