import Foundation
import GRDB
import MsgKit

/// Leases in SQLite. A row stays when its lease is given back, so that its fencing token goes on growing.
struct SQLiteLeaseStore: LeaseStore {
    let database: SQLiteDatabase

    func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease? {
        try await database.write { db in
            var lease = Lease(name: name, holder: holder, fencingToken: 1, expiresAt: expiry)
            if let (current, process) = try Self.current(name, in: db) {
                // A killed process would hold everybody else up until its lease expires.
                let isFree = current.expiresAt <= instant || process.hasEnded
                guard isFree || current.holder == holder else { return nil }
                lease.fencingToken = isFree ? current.fencingToken + 1 : current.fencingToken
            }
            let process = ProcessIdentity.current
            try db.run(
                """
                INSERT INTO leases (name, holder, holderHost, holderPid, holderStart, fencingToken, expiresAt)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, holderHost = excluded.holderHost,
                    holderPid = excluded.holderPid, holderStart = excluded.holderStart,
                    fencingToken = excluded.fencingToken, expiresAt = excluded.expiresAt
                """,
                [
                    name, holder.rawValue, process.host, process.pid, process.start, lease.fencingToken, expiry.stored,
                ])
            return lease
        }
    }

    func renew(_ lease: Lease, at instant: Date, until expiry: Date) async throws -> Lease? {
        try await database.write { db in
            let renewed = try db.run(
                "UPDATE leases SET expiresAt = ? WHERE name = ? AND holder = ? AND fencingToken = ? AND expiresAt > ?",
                [expiry.stored, lease.name, lease.holder.rawValue, lease.fencingToken, instant.stored])
            guard renewed > 0 else { return nil }
            var lease = lease
            lease.expiresAt = expiry
            return lease
        }
    }

    func release(_ lease: Lease) async throws {
        try await database.write { db in
            _ = try db.run(
                "UPDATE leases SET expiresAt = 0 WHERE name = ? AND holder = ? AND fencingToken = ?",
                [lease.name, lease.holder.rawValue, lease.fencingToken])
        }
    }

    /// Who has or had a lease last.
    private static func current(
        _ name: String, in db: Database
    ) throws -> (lease: Lease, process: ProcessIdentity)? {
        try db.first(
            "SELECT holder, fencingToken, expiresAt, holderHost, holderPid, holderStart FROM leases WHERE name = ?",
            [name]
        ) { row in
            let lease = Lease(
                name: name, holder: NodeID(rawValue: try row.value(0)), fencingToken: try row.value(1),
                expiresAt: try row.date(2))
            return (lease, ProcessIdentity(host: try row.value(3), pid: try row.value(4), start: try row.value(5)))
        }
    }
}
