import Foundation
import GRDB
import MsgKit
import Synchronization
import Testing

@testable import SQLiteBackend

/// Every statement that the roles run, as SQLite would carry it out: none looks at a whole table.
@Suite struct QueryPlanTests {
    /// What may be gone through from end to end, and why that is little.
    private static let allowed: [String: String] = [
        "json_each": "a call's own ids",
        "(subquery": "rows made by the statement itself",
        "later": "one row of sums",
        "messages_fts VIRTUAL": "the full-text index answers the match",
        "main.messages_fts_config": "two rows",
        "nodes": "one row a process",
        "workers": "one row a worker process",
        "sqlite_sequence": "one row a table",
        "sqlite_master": "one row a table",
        "plans USING COVERING INDEX plans_dropped": "holds dropped plans alone",
        "plans USING INDEX plans_dropped": "holds dropped plans alone",
        "plans USING INDEX plans_by_date": "in order for a page of a list of plans",
        "plans USING INDEX plans_id": "one row a plan, counted for a list of all",
        "queue_jobs USING INDEX queue_jobs_due": "in order, and ended by a limit of one",
        "dead_letters USING": "in order for a page, or counted",
        "users USING INDEX users_username": "in order for a page of a list of everybody",
        "presence USING COVERING INDEX": "a probe's one row",
        "queue_jobs USING COVERING INDEX": "a probe's one row",
        "users USING COVERING INDEX":
            "a probe's one row; counted, or filtered by a part of the name, in a list of everybody",
        "search_state": "one row",
        "phase_runs": "one row a phase",
    ]

    @Test func noStatementScansATable() async throws {
        let statements = Mutex<Set<String>>([])
        let home = try TestDirectory()
        var options = SQLiteOptions()
        options.trace = { sql in _ = statements.withLock { $0.insert(sql) } }
        let backend = try await home.open(options)
        statements.withLock { $0 = [] }
        try await Everything(backend: backend, other: try await home.open()).use()
        // The index that was built beside has the live one's name by now.
        let names = statements.withLock { $0 }.map { $0.replacing("messages_fts_new", with: "messages_fts") }
        let seen = Set(names).filter { sql in
            ["SELECT", "INSERT", "UPDATE", "DELETE"].contains { sql.hasPrefix($0) }
        }
        #expect(seen.count > 90, "every role's statements are looked at")
        let scans = try await backend.database.pool.read { db in
            try seen.sorted().flatMap { sql in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: Self.nothing(for: sql, db))
                    .map { $0["detail"] as String? ?? "" }
                    .filter { $0.hasPrefix("SCAN") && !$0.contains("CONSTANT ROW") }
                    .filter { step in !Self.allowed.keys.contains { step.hasPrefix("SCAN \($0)") } }
                    .map { "\($0) in \(sql)" }
            }
        }
        for scan in scans { Issue.record("\(scan)") }
    }

    /// NULL for each parameter: plans don't depend on them.
    private static func nothing(for sql: String, _ db: Database) throws -> StatementArguments {
        let statement = try db.makeStatement(sql: sql)
        return StatementArguments(Array(repeating: nil as String?, count: statement.sqliteArguments))
    }
}

extension Statement {
    fileprivate var sqliteArguments: Int {
        // Tried one by one, as the count is not public: arguments of another number are refused.
        (0...30).first { count in
            (try? setArguments(StatementArguments(Array(repeating: nil as String?, count: count)))) != nil
        } ?? 0
    }
}
