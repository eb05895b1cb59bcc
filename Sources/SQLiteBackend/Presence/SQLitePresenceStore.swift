import Foundation
import GRDB
import MsgKit

/// Presence in SQLite. A node counts while it renews, and not a moment longer than its process lives.
struct SQLitePresenceStore: PresenceStore {
    private static let sweepLimit = 1_000

    let database: SQLiteDatabase

    func renew(_ node: NodeID, at instant: Date, until expiry: Date) async throws -> Bool {
        try await database.write { db in
            try NodeRow.announce(node, in: db)
            let isKnown = try db.exists("SELECT 1 FROM nodes WHERE id = ? AND expiresAt > 0", [node.rawValue])
            try db.run("UPDATE nodes SET expiresAt = ? WHERE id = ?", [expiry.stored, node.rawValue])
            return isKnown
        }
    }

    func leave(_ node: NodeID, at instant: Date) async throws -> [User.ID] {
        try await database.write { db in
            let gone = try NodeRow.withdraw(node.rawValue, at: instant, in: db).gone
            // A node that still listens for events keeps its row until it doesn't.
            try db.run("DELETE FROM nodes WHERE id = ? AND subscribedUntil = 0", [node.rawValue])
            return gone
        }
    }

    func connected(_ user: User.ID, on node: NodeID, at instant: Date) async throws -> Bool {
        try await database.write { db in
            let wasOnline = try Self.isOnline(user, in: db, at: instant)
            try db.run("INSERT OR IGNORE INTO presence (user, node) VALUES (?, ?)", [user, node.rawValue])
            return !wasOnline
        }
    }

    func disconnected(_ user: User.ID, from node: NodeID, at instant: Date) async throws -> Bool {
        try await database.write { db in
            let wasHere = try db.exists("SELECT 1 FROM presence WHERE user = ? AND node = ?", [user, node.rawValue])
            try db.run("DELETE FROM presence WHERE user = ? AND node = ?", [user, node.rawValue])
            return try wasHere && !Self.isOnline(user, in: db, at: instant)
        }
    }

    func sweep(at instant: Date) async throws -> [User.ID] {
        try await database.write { db in
            let gone = try NodeRow.sweep(limit: Self.sweepLimit, at: instant, in: db)
            try NodeRow.removeEnded(at: instant, in: db)
            return gone
        }
    }

    func online(among users: [User.ID], at instant: Date) async throws -> Set<User.ID> {
        try await database.read { db in
            let live = try LiveNodes(in: db, at: instant).json
            let online = try db.all(
                """
                SELECT DISTINCT user FROM presence
                WHERE user IN (SELECT value FROM json_each(?)) AND node IN (SELECT value FROM json_each(?))
                """, [users.json(), live]
            ) { try $0.id(0) as User.ID }
            return Set(online)
        }
    }

    func online(limit: Int, at instant: Date) async throws -> (users: [User.ID], total: Int) {
        try await database.read { db in
            let live = try LiveNodes(in: db, at: instant).json
            let users = try db.all(
                "SELECT DISTINCT user FROM presence WHERE node IN (SELECT value FROM json_each(?)) LIMIT ?",
                [live, limit]
            ) { try $0.id(0) as User.ID }
            let total = try db.number(
                "SELECT count(DISTINCT user) FROM presence WHERE node IN (SELECT value FROM json_each(?))", [live])
            return (users, Int(total))
        }
    }

    private static func isOnline(_ user: User.ID, in db: Database, at instant: Date) throws -> Bool {
        let live = try LiveNodes(in: db, at: instant).ids
        return try db.all("SELECT node FROM presence WHERE user = ?", [user]) { try $0.value(0) as String }
            .contains { live.contains($0) }
    }
}
