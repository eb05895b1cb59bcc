import Foundation
import GRDB
import MsgKit

/// Leases in SQLite. A row stays when its lease is given back, so that its fencing token goes on growing.
struct SQLiteLeaseStore: LeaseStore {
    let database: SQLiteDatabase

    func acquire(_ name: String, holder: NodeID, at instant: Date, until expiry: Date) async throws -> Lease? {
        try await database.write { db in
            let current = try db.first(
                "SELECT holder, fencingToken, expiresAt FROM leases WHERE name = ?", [name]
            ) { row in
                Lease(
                    name: name, holder: NodeID(rawValue: try row.value(0)), fencingToken: try row.value(1),
                    expiresAt: try row.date(2))
            }
            var lease = Lease(name: name, holder: holder, fencingToken: 1, expiresAt: expiry)
            if let current {
                let isFree = current.expiresAt <= instant
                guard isFree || current.holder == holder else { return nil }
                lease.fencingToken = isFree ? current.fencingToken + 1 : current.fencingToken
            }
            try db.run(
                """
                INSERT INTO leases (name, holder, fencingToken, expiresAt) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fencingToken = excluded.fencingToken,
                    expiresAt = excluded.expiresAt
                """, [name, holder.rawValue, lease.fencingToken, expiry.stored])
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
}
