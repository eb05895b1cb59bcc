import Foundation
import GRDB
import MsgKit

/// Automatic messages in SQLite, and how far each has come.
struct SQLiteAutoMessageStore: AutoMessageStore {
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

    func due(
        at instant: Date, staleBefore: Date, after last: AutoMessage?, limit: Int
    ) async throws -> [AutoMessage] {
        // Two queries, as each kind has an index of its own.
        let completed = "(SELECT completedAt IS NOT NULL AND isDropped = 0 FROM plans WHERE key = automessages.plan)"
        let (date, id) = (last?.sendDate.stored ?? .min, last?.id.description ?? "")
        return try await database.read { db in
            let fresh = try db.all(
                """
                SELECT \(AutoMessage.columns) FROM automessages
                WHERE isSent = 0 AND failedAt IS NULL AND isQueued = 0 AND sendDate <= ? AND (sendDate, id) > (?, ?)
                    AND \(completed)
                ORDER BY sendDate, id LIMIT ?
                """, [instant.stored, date, id, limit]
            ) { try AutoMessage(row: $0) }
            let stale = try db.all(
                """
                SELECT \(AutoMessage.columns) FROM automessages
                WHERE isSent = 0 AND failedAt IS NULL AND isQueued = 1 AND queuedAt < ? AND (sendDate, id) > (?, ?)
                    AND \(completed)
                ORDER BY sendDate, id LIMIT ?
                """, [staleBefore.stored, date, id, limit]
            ) { try AutoMessage(row: $0) }
            let all = (fresh + stale).sorted { ($0.sendDate, $0.id) < ($1.sendDate, $1.id) }
            return Array(all.prefix(limit))
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
                UPDATE automessages SET isQueued = 1, queuedAt = ?1, updatedAt = ?1
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
