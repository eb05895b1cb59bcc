import Foundation
import GRDB
import MsgKit

/// What workers say of themselves, in SQLite.
struct SQLiteWorkerBoard: WorkerBoard {
    /// For how long the report of a worker that is silent is kept.
    private static let lifetime: Int64 = 86_400_000

    let database: SQLiteDatabase

    func report(_ report: WorkerReport) async throws {
        let text = String(decoding: try JSONEncoder.msgctl().encode(report), as: UTF8.self)
        try await database.write { db in
            _ = try db.run(
                """
                INSERT INTO workers (node, report, seenAt) VALUES (?, ?, ?)
                ON CONFLICT (node) DO UPDATE SET report = excluded.report, seenAt = excluded.seenAt
                """, [report.node.rawValue, text, report.seenAt.stored])
        }
    }

    func remove(_ node: NodeID) async throws {
        try await database.write { db in
            _ = try db.run("DELETE FROM workers WHERE node = ?", [node.rawValue])
        }
    }

    func reports(since instant: Date) async throws -> [WorkerReport] {
        try await database.read { db in
            try db.all("SELECT report FROM workers WHERE seenAt >= ? ORDER BY node", [instant.stored]) { row in
                // What this version can't read says nothing about its worker.
                try? JSONDecoder.msgctl().decode(WorkerReport.self, from: Data((try row.value(0) as String).utf8))
            }
        }.compactMap { $0 }
    }

    /// Forgets the workers that have long been silent.
    func removeOld() async throws {
        let before = database.clock.now.stored - Self.lifetime
        // Looked at first: an idle service writes nothing.
        guard try await database.read({ try $0.exists("SELECT 1 FROM workers WHERE seenAt < ?", [before]) }) else {
            return
        }
        try await database.write { db in _ = try db.run("DELETE FROM workers WHERE seenAt < ?", [before]) }
    }
}
