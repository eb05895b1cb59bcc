import Foundation
import GRDB
import MsgKit

/// Automatic messages in SQLite, and how far each has come.
struct SQLiteAutoMessageStore: AutoMessageStore {
    private static let isOfCompletePlan =
        "(SELECT completedAt IS NOT NULL AND isDropped = 0 FROM plans WHERE key = automessages.plan)"

    let database: SQLiteDatabase

    func autoMessage(_ id: AutoMessage.ID) async throws -> AutoMessage? {
        try await database.read { db in
            try db.first("SELECT \(AutoMessage.columns) FROM automessages WHERE id = ?", [id]) {
                try AutoMessage(row: $0)
            }
        }
    }

    func tally(of plan: Plan.ID) async throws -> PlanProgress {
        try await database.read { db in
            try db.first(
                """
                SELECT count(*), coalesce(sum(isSent = 1), 0), coalesce(sum(isSent = 0 AND failedAt IS NOT NULL), 0),
                    coalesce(sum(isSent = 0 AND failedAt IS NULL AND isQueued = 1), 0)
                FROM automessages WHERE plan = (SELECT key FROM plans WHERE id = ? AND isDropped = 0)
                """, [plan]
            ) { row in
                let (all, sent): (Int, Int) = (try row.value(0), try row.value(1))
                let (failed, queued): (Int, Int) = (try row.value(2), try row.value(3))
                return PlanProgress(
                    planned: all - sent - failed - queued, queued: queued, sent: sent, failed: failed)
            } ?? PlanProgress()
        }
    }

    func due(at instant: Date, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage] {
        try await database.read { db in
            try db.all(
                """
                SELECT \(AutoMessage.columns) FROM automessages
                WHERE isSent = 0 AND failedAt IS NULL AND isQueued = 0 AND sendDate <= ? AND (sendDate, id) > (?, ?)
                    AND \(Self.isOfCompletePlan)
                ORDER BY sendDate, id LIMIT ?
                """, [instant.stored, last?.sendDate.stored ?? .min, last?.id.description ?? "", limit]
            ) { try AutoMessage(row: $0) }
        }
    }

    func queued(_ noted: LastNoted, after last: AutoMessage?, limit: Int) async throws -> [AutoMessage] {
        let (comparison, instant) =
            switch noted {
            case .before(let instant): ("<", instant)
            case .after(let instant): (">", instant)
            }
        return try await database.read { db in
            try db.all(
                """
                SELECT \(AutoMessage.columns) FROM automessages
                WHERE isSent = 0 AND failedAt IS NULL AND isQueued = 1 AND updatedAt \(comparison) ?
                    AND (updatedAt, id) > (?, ?) AND \(Self.isOfCompletePlan)
                ORDER BY updatedAt, id LIMIT ?
                """, [instant.stored, last?.updatedAt.stored ?? .min, last?.id.description ?? "", limit]
            ) { try AutoMessage(row: $0) }
        }
    }

    func queuedCount(limit: Int) async throws -> Int {
        try await database.read { db in
            Int(
                try db.number(
                    """
                    SELECT count(*) FROM (
                        SELECT 1 FROM automessages
                        WHERE isSent = 0 AND failedAt IS NULL AND isQueued = 1 AND updatedAt > ? LIMIT ?)
                    """, [Int64.min, limit]))
        }
    }

    func oldestQueued() async throws -> Date? {
        try await database.read { db in
            try db.first(
                """
                SELECT queuedAt FROM automessages
                WHERE isSent = 0 AND failedAt IS NULL AND isQueued = 1 AND queuedAt > 0 ORDER BY queuedAt LIMIT 1
                """
            ) { try $0.date(0) }
        }
    }

    func markQueued(_ ids: [AutoMessage.ID], at instant: Date) async throws {
        try await database.write { db in
            _ = try db.run(
                """
                UPDATE automessages SET isQueued = 1, updatedAt = ?1,
                    queuedAt = CASE WHEN isQueued = 1 AND queuedAt <= ?1 THEN queuedAt ELSE ?1 END
                WHERE id IN (SELECT value FROM json_each(?2)) AND isSent = 0 AND failedAt IS NULL
                """, [instant.stored, ids.json()])
        }
    }

    func markSent(_ id: AutoMessage.ID, at instant: Date) async throws -> Bool {
        try await database.write { db in
            try db.run(
                """
                UPDATE automessages SET isSent = 1, sentAt = ?1, failedAt = NULL, updatedAt = ?1
                WHERE id = ?2 AND isSent = 0
                """, [instant.stored, id]) > 0
        }
    }

    func markRetried(_ id: AutoMessage.ID, retryCount: Int, error: String, at instant: Date) async throws {
        try await database.write { db in
            _ = try db.run(
                """
                UPDATE automessages SET retryCount = ?, errorMessage = ?, updatedAt = ? WHERE id = ? AND isSent = 0
                """, [retryCount, error, instant.stored, id])
        }
    }

    func markFailed(_ id: AutoMessage.ID, error: String, at instant: Date) async throws {
        try await database.write { db in
            _ = try db.run(
                """
                UPDATE automessages SET failedAt = ?1, errorMessage = ?2, updatedAt = ?1 WHERE id = ?3 AND isSent = 0
                """, [instant.stored, error, id])
        }
    }

    func markReplayed(_ ids: [AutoMessage.ID], at instant: Date) async throws {
        try await database.write { db in
            _ = try db.run(
                """
                UPDATE automessages SET failedAt = NULL, errorMessage = NULL, retryCount = 0, isQueued = 1,
                    queuedAt = ?1, replayedAt = ?1, updatedAt = ?1
                WHERE id IN (SELECT value FROM json_each(?2)) AND isSent = 0 AND failedAt IS NOT NULL
                """, [instant.stored, ids.json()])
        }
    }
}
