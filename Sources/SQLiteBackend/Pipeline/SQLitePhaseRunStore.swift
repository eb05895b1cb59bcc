import Foundation
import GRDB
import MsgKit

/// The last runs of the scheduled phases in SQLite.
struct SQLitePhaseRunStore: PhaseRunStore {
    private static let columns = "phase, occurrence, outcome, fencingToken, startedAt, finishedAt, node, note"

    let database: SQLiteDatabase

    func lastRun(_ phase: String) async throws -> PhaseRun? {
        try await database.read { db in
            try db.first("SELECT \(Self.columns) FROM phase_runs WHERE phase = ?", [phase]) { try Self.decode($0) }
        }
    }

    func begin(_ run: PhaseRun) async throws -> Bool {
        try await database.write { db in
            let changed = try db.run(
                """
                INSERT INTO phase_runs (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (phase) DO UPDATE SET occurrence = excluded.occurrence, outcome = excluded.outcome,
                    fencingToken = excluded.fencingToken, startedAt = excluded.startedAt,
                    finishedAt = excluded.finishedAt, node = excluded.node, note = excluded.note,
                    earlierDone = CASE
                        WHEN outcome = 'done' AND occurrence <= ? THEN occurrence
                        WHEN earlierDone <= ? THEN earlierDone
                    END
                WHERE occurrence < excluded.occurrence OR occurrence > ? OR occurrence = excluded.occurrence
                    AND outcome IN ('running', 'failed') AND fencingToken <= excluded.fencingToken
                """,
                [
                    run.phase, run.occurrence.stored, run.outcome.rawValue, run.fencingToken, run.startedAt.stored,
                    run.finishedAt?.stored, run.node.rawValue, run.note, run.latestCredible.stored,
                    run.latestCredible.stored, run.latestCredible.stored,
                ])
            return changed > 0
        }
    }

    func finish(_ run: PhaseRun) async throws {
        try await database.write { db in
            _ = try db.run(
                """
                UPDATE phase_runs SET outcome = ?, finishedAt = ?, note = ?
                WHERE phase = ? AND occurrence = ? AND fencingToken = ? AND outcome = 'running'
                """,
                [
                    run.outcome.rawValue, run.finishedAt?.stored, run.note, run.phase, run.occurrence.stored,
                    run.fencingToken,
                ])
        }
    }

    func runs() async throws -> [PhaseRun] {
        try await database.read { db in
            try db.all("SELECT \(Self.columns) FROM phase_runs ORDER BY phase") { try Self.decode($0) }
        }
    }

    func lastDone() async throws -> [String: Date] {
        try await database.read { db in
            let found = try db.all(
                """
                SELECT phase, CASE WHEN outcome = 'done' THEN occurrence ELSE earlierDone END AS lastDone FROM phase_runs
                WHERE lastDone IS NOT NULL
                """
            ) { row in (try row.value(0) as String, try row.date(1)) }
            return Dictionary(found) { first, _ in first }
        }
    }

    private static func decode(_ row: ResultRow) throws -> PhaseRun {
        PhaseRun(
            phase: try row.value(0), occurrence: try row.date(1), outcome: try row.choice(2),
            fencingToken: try row.value(3), startedAt: try row.date(4), finishedAt: row.optionalDate(5),
            node: NodeID(rawValue: try row.value(6)), note: row[7] as String?)
    }
}
