import GRDB
import MsgKit

/// Asks for a row of a role's own table.
struct TableProbe: HealthProbe {
    let name: String
    let isRequired: Bool
    let table: String
    let database: SQLiteDatabase

    func probe() async throws {
        let sql = "SELECT 1 FROM \(table) LIMIT 1"
        _ = try await database.read { try $0.exists(sql) }
    }
}
