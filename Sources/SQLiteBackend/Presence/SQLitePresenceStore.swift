import Foundation
import GRDB
import MsgKit

/// Presence in SQLite. A node counts while it renews, and not a moment longer than its process lives.
struct SQLitePresenceStore: PresenceStore {
    let database: SQLiteDatabase

    func renew(_ node: NodeID, at instant: Date, until expiry: Date) async throws {
        try await database.write { db in
            try NodeRow.announce(node, in: db)
            try db.run("UPDATE nodes SET expiresAt = ? WHERE id = ?", [expiry.stored, node.rawValue])
            try NodeRow.removeEnded(at: instant, in: db)
        }
    }

    func leave(_ node: NodeID, at instant: Date) async throws -> [User.ID] {
        try await database.write { db in
            let gone = try NodeRow.withdraw(node.rawValue, at: instant, in: db)
            try db.run("UPDATE nodes SET expiresAt = 0 WHERE id = ?", [node.rawValue])
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
            try db.run("DELETE FROM presence WHERE user = ? AND node = ?", [user, node.rawValue])
            try db.run("UPDATE users SET lastSeen = ? WHERE id = ?", [instant.stored, user])
            return try !Self.isOnline(user, in: db, at: instant)
        }
    }

    func online(limit: Int, at instant: Date) async throws -> (users: [UserReference], total: Int) {
        try await database.read { db in
            let live = try LiveNodes(in: db, at: instant).json
            let users = try db.all(
                """
                SELECT id, username, avatar FROM users WHERE id IN (\(LiveNodes.usersSQL))
                ORDER BY username, id LIMIT ?
                """, [live, limit]
            ) { try UserReference(row: $0) }
            let total = try db.number("SELECT count(*) FROM users WHERE id IN (\(LiveNodes.usersSQL))", [live])
            return (users, Int(total))
        }
    }

    private static func isOnline(_ user: User.ID, in db: Database, at instant: Date) throws -> Bool {
        let live = try LiveNodes(in: db, at: instant).ids
        return try db.all("SELECT node FROM presence WHERE user = ?", [user]) { try $0.value(0) as String }
            .contains { live.contains($0) }
    }
}
