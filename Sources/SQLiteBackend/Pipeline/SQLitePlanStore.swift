import Foundation
import GRDB
import MsgKit

/// Plans in SQLite, one per pool and date.
///
/// An unfinished plan that another replaces is only marked in that step; its rows, a million perhaps, are then removed
/// in small writes, so that nobody waits long for the writer.
struct SQLitePlanStore: PlanStore {
    /// What a dropped plan leaves behind: a table, its key, and how many of its rows one write removes.
    private static let remains = [("automessages", "id", 2_000), ("plan_chunks", "number", 10)]

    let database: SQLiteDatabase

    func candidates(of pool: String, after id: User.ID?, limit: Int) async throws -> [PlanCandidate] {
        try await database.read { db in
            try db.all(
                """
                SELECT id, username, timezone, isActive, autoMessages, pausedUntil, weeklyLimit FROM users
                WHERE pool = ? AND id > ? ORDER BY id LIMIT ?
                """, [pool, id?.description ?? "", limit]
            ) { row in
                PlanCandidate(
                    id: try row.id(0), username: try row.value(1), timeZone: row[2] as String?,
                    isActive: try row.value(3), autoMessages: try row.value(4),
                    pausedUntil: try row.optionalPlanDate(5), weeklyLimit: row[6] as Int?)
            }
        }
    }

    func pools() async throws -> [String: Int] {
        let counts = try await database.read { db in
            try db.all("SELECT pool, count(*) FROM users GROUP BY pool") { row in
                (try row.value(0) as String, try row.value(1) as Int)
            }
        }
        return Dictionary(uniqueKeysWithValues: counts)
    }

    func plans(matching filter: PlanFilter, page: PageRequest) async throws -> Page<Plan> {
        var conditions = ["isDropped = 0"]
        var arguments: SQLArguments = []
        if let pool = filter.pool {
            conditions.append("pool = ?")
            arguments.append(pool)
        }
        if let from = filter.from {
            conditions.append("date >= ?")
            arguments.append(from.description)
        }
        if let through = filter.through {
            conditions.append("date <= ?")
            arguments.append(through.description)
        }
        if let isComplete = filter.isComplete {
            conditions.append("completedAt IS \(isComplete ? "NOT " : "")NULL")
        }
        let (matching, values) = (conditions.joined(separator: " AND "), arguments)
        return try await database.read { db in
            let total = try db.number("SELECT count(*) FROM plans WHERE \(matching)", values)
            let items = try db.all(
                """
                SELECT \(PlanRow.columns) FROM plans WHERE \(matching) ORDER BY date DESC, pool LIMIT ? OFFSET ?
                """, values + [page.limit, page.offset]
            ) { try PlanRow(row: $0).plan }
            return Page(items: items, request: page, total: Int(clamping: total))
        }
    }

    func begin(_ plan: Plan, under lease: Lease) async throws -> Plan {
        let begun = try await database.write { db -> Plan in
            if let earlier = try Self.stored(pool: plan.pool, date: plan.date, in: db) {
                guard earlier.plan.completedAt == nil else { return earlier.plan }
                guard earlier.fencingToken <= lease.fencingToken else { throw Self.taken }
                try db.run("UPDATE plans SET isDropped = 1 WHERE key = ?", [earlier.key])
            }
            try db.run(
                """
                INSERT INTO plans (id, pool, date, seed, users, pairings, messages, leftOut, details, rested, lease,
                    fencingToken, createdAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    plan.id, plan.pool, plan.date.description, String(plan.seed), plan.figures.users,
                    plan.figures.pairings, plan.figures.messages, plan.figures.leftOut, try PlanRow.details(of: plan),
                    plan.rested, lease.name, lease.fencingToken, plan.createdAt.stored,
                ])
            var begun = plan
            begun.completedAt = nil
            return begun
        }
        try await removeDropped()
        return begun
    }

    func append(_ chunk: PlanChunk, to plan: Plan.ID, under lease: Lease) async throws {
        guard chunk.isWhole, let first = chunk.users.first, let last = chunk.users.last else {
            throw PlanChunk.outOfOrder
        }
        let (users, places) = (chunk.userBytes, chunk.placeBytes)
        try await database.write { db in
            let key = try Self.unfinished(plan, by: lease, in: db).key
            let before = try db.first(
                "SELECT number, last FROM plan_chunks WHERE plan = ? ORDER BY number DESC LIMIT 1", [key]
            ) { row -> (number: Int, last: User.ID) in (try row.value(0), try row.id(1)) }
            let next = before.map { $0.number + 1 } ?? 0
            guard chunk.number == next, before.map({ $0.last < first }) ?? true else { throw PlanChunk.outOfOrder }
            _ = try db.run(
                "INSERT INTO plan_chunks (plan, number, last, users, places) VALUES (?, ?, ?, ?, ?)",
                [key, chunk.number, last, users, places])
        }
    }

    func add(_ messages: [AutoMessage], to plan: Plan.ID, under lease: Lease) async throws {
        try await database.write { db in
            let key = try Self.unfinished(plan, by: lease, in: db).key
            for message in messages { try Self.insert(message, planKey: key, in: db) }
        }
    }

    func complete(_ plan: Plan.ID, _ outcome: PlanOutcome, at instant: Date, under lease: Lease) async throws -> Plan {
        try await database.write { db in
            let stored = try Self.held(plan, by: lease, in: db)
            guard stored.plan.completedAt == nil else { return stored.plan }
            var completed = stored.plan
            completed.figures = outcome.figures
            completed.notes = outcome.notes
            completed.rested = outcome.rested
            completed.completedAt = instant
            try db.run(
                """
                UPDATE plans SET completedAt = ?, users = ?, pairings = ?, messages = ?, leftOut = ?, details = ?,
                    rested = ?
                WHERE key = ?
                """,
                [
                    instant.stored, completed.figures.users, completed.figures.pairings, completed.figures.messages,
                    completed.figures.leftOut, try PlanRow.details(of: completed), completed.rested, stored.key,
                ])
            return completed
        }
    }

    func chunk(_ number: Int, of plan: Plan.ID) async throws -> PlanChunk? {
        try await database.read { db in
            try db.first(
                """
                SELECT users, places FROM plan_chunks
                WHERE plan = (SELECT key FROM plans WHERE id = ? AND isDropped = 0) AND number = ?
                """, [plan, number]
            ) { row in
                guard let chunk = PlanChunk(number: number, users: try row.value(0), places: try row.value(1)) else {
                    throw PlanChunk.damaged(number, of: plan)
                }
                return chunk
            }
        }
    }

    /// Removes what plans that were given up have left behind, in small writes.
    func removeDropped() async throws {
        let dropped = try await database.read { db in
            try db.all("SELECT key FROM plans WHERE isDropped = 1") { try $0.value(0) as Int64 }
        }
        for key in dropped {
            while try await removeSome(of: key) {}
        }
    }

    /// Removes some rows of a dropped plan, the plan itself last; true when there are more.
    private func removeSome(of key: Int64) async throws -> Bool {
        try await database.write { db in
            for (table, row, limit) in Self.remains {
                let removed = try db.run(
                    "DELETE FROM \(table) WHERE plan = ?1 AND \(row) IN (SELECT \(row) FROM \(table) WHERE plan = ?1 LIMIT ?2)",
                    [key, limit])
                if removed > 0 { return true }
            }
            try db.run("DELETE FROM plans WHERE key = ? AND isDropped = 1", [key])
            return false
        }
    }

    private static var taken: MsgError {
        MsgError(.leaseHeld, "Another process has taken over the planning of this day.")
    }

    /// A plan that is still this lease's.
    private static func held(_ id: Plan.ID, by lease: Lease, in db: Database) throws -> PlanRow {
        let stored = try db.first("SELECT \(PlanRow.columns) FROM plans WHERE id = ? AND isDropped = 0", [id]) {
            try PlanRow(row: $0)
        }
        guard let stored, stored.fencingToken == lease.fencingToken else { throw taken }
        return stored
    }

    /// Likewise, one that takes additions.
    private static func unfinished(_ id: Plan.ID, by lease: Lease, in db: Database) throws -> PlanRow {
        let stored = try held(id, by: lease, in: db)
        guard stored.plan.completedAt == nil else { throw Plan.isComplete }
        return stored
    }

    private static func stored(pool: String, date: PlanDate, in db: Database) throws -> PlanRow? {
        try db.first(
            "SELECT \(PlanRow.columns) FROM plans WHERE pool = ? AND date = ? AND isDropped = 0",
            [pool, date.description]
        ) { try PlanRow(row: $0) }
    }

    private static func insert(_ message: AutoMessage, planKey: Int64, in db: Database) throws {
        let added = try db.run(
            """
            INSERT OR IGNORE INTO automessages (id, plan, content, senderId, receiverId, conversationId, sendDate, isQueued,
                isSent, queuedAt, sentAt, failedAt, retryCount, errorMessage, planDate, createdAt, updatedAt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                message.id, planKey, message.content, message.sender, message.receiver, message.conversation,
                message.sendDate.stored, message.isQueued, message.isSent, message.queuedAt?.stored,
                message.sentAt?.stored, message.failedAt?.stored, message.retryCount, message.errorMessage,
                message.planDate.description, message.createdAt.stored, message.updatedAt.stored,
            ])
        guard added == 1 else { throw MsgError(.conflict, "An automatic message with this id is there already.") }
    }
}
