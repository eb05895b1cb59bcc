import Foundation
import GRDB
import MsgKit

/// Asks whether the database still takes writes, and whether it is still the one in the data directory: a full disk and a
/// directory that was taken away under a running process show in no read.
struct StoreProbe: HealthProbe {
    let name = "store"
    let isRequired = true
    let database: SQLiteDatabase

    func probe() async throws {
        try database.file.requireInPlace()
        let now = database.clock.now
        try await database.write { db in
            _ = try db.run(
                "INSERT INTO probes (id, writtenAt) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET writtenAt = excluded.writtenAt",
                [now.stored])
        }
    }
}
