import MsgKit

/// Asks whether the database takes writes and confirms them: a set without a majority and a full disk show in no read.
struct StoreProbe: HealthProbe {
    let name = "store"
    let isRequired = true
    let database: MongoDatabase

    func probe() async throws {
        let now = database.clock.now
        try await database.perform { connection in
            _ = try connection.updateOne(
                in: .meta, ["_id": "probe"], ["$set": ["writtenAt": .date(now)]], isUpsert: true)
        }
    }
}
