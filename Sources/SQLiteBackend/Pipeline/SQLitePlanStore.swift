import Foundation
import GRDB
import MsgKit

/// Plans in SQLite, one per pool and date.
///
/// An unfinished plan that another replaces is only marked in that step; its rows, a million perhaps, are then removed
/// in small writes, so that nobody waits long for the writer.
struct SQLitePlanStore: PlanStore {
    /// How many rows of a dropped plan one write removes.
    private static let removalBatch = 2_000

    private static let columns =
        "id, pool, date, seed, users, pairings, messages, leftOut, createdAt, completedAt, fencingToken, key"

    private struct Stored {
        var plan: Plan
        var fencingToken: Int64
        var key: Int64
    }

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

    func plan(pool: String, date: PlanDate) async throws -> Plan? {
        try await database.read { try Self.stored(pool: pool, date: date, in: $0)?.plan }
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
                INSERT INTO plans (id, pool, date, seed, users, pairings, messages, leftOut, lease, fencingToken, createdAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    plan.id, plan.pool, plan.date.description, String(plan.seed), plan.figures.users,
                    plan.figures.pairings, plan.figures.messages, plan.figures.leftOut, lease.name, lease.fencingToken,
                    plan.createdAt.stored,
                ])
            var begun = plan
            begun.completedAt = nil
            return begun
        }
        try await removeDropped()
        return begun
    }

    func add(_ messages: [AutoMessage], members: [User.ID], to plan: Plan.ID, under lease: Lease) async throws {
        try await database.write { db in
            let stored = try Self.held(plan, by: lease, in: db)
            guard stored.plan.completedAt == nil else {
                throw MsgError(.conflict, "The plan is complete; nothing can be added to it.")
            }
            for member in members {
                let added = try db.run(
                    "INSERT OR IGNORE INTO plan_members (plan, user) VALUES (?, ?)", [stored.key, member])
                guard added == 1 else { throw MsgError(.conflict, "A user is in the plan already.") }
            }
            for message in messages { try Self.insert(message, planKey: stored.key, in: db) }
        }
    }

    func complete(_ plan: Plan.ID, figures: PlanFigures, at instant: Date, under lease: Lease) async throws -> Plan {
        try await database.write { db in
            let stored = try Self.held(plan, by: lease, in: db)
            guard stored.plan.completedAt == nil else { return stored.plan }
            try db.run(
                "UPDATE plans SET completedAt = ?, users = ?, pairings = ?, messages = ?, leftOut = ? WHERE key = ?",
                [
                    instant.stored, figures.users, figures.pairings, figures.messages, figures.leftOut, stored.key,
                ])
            var completed = stored.plan
            completed.figures = figures
            completed.completedAt = instant
            return completed
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
            for (table, row) in [("automessages", "id"), ("plan_members", "user")] {
                let removed = try db.run(
                    "DELETE FROM \(table) WHERE plan = ?1 AND \(row) IN (SELECT \(row) FROM \(table) WHERE plan = ?1 LIMIT ?2)",
                    [key, Self.removalBatch])
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
    private static func held(_ id: Plan.ID, by lease: Lease, in db: Database) throws -> Stored {
        let stored = try db.first("SELECT \(columns) FROM plans WHERE id = ? AND isDropped = 0", [id]) {
            try decode($0)
        }
        guard let stored, stored.fencingToken == lease.fencingToken else { throw taken }
        return stored
    }

    private static func stored(pool: String, date: PlanDate, in db: Database) throws -> Stored? {
        try db.first(
            "SELECT \(columns) FROM plans WHERE pool = ? AND date = ? AND isDropped = 0", [pool, date.description]
        ) { try decode($0) }
    }

    private static func decode(_ row: ResultRow) throws -> Stored {
        guard let seed = UInt64(try row.value(3) as String) else { throw row.damaged(3) }
        return Stored(
            plan: Plan(
                id: try row.id(0), pool: try row.value(1), date: try row.planDate(2), seed: seed,
                figures: PlanFigures(
                    users: try row.value(4), pairings: try row.value(5), messages: try row.value(6),
                    leftOut: try row.value(7)),
                createdAt: try row.date(8), completedAt: row.optionalDate(9)),
            fencingToken: try row.value(10), key: try row.value(11))
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
