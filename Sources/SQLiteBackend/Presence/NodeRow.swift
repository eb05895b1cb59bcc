import Foundation
import GRDB
import MsgKit

/// The statements on the table of nodes. To be called within a write.
enum NodeRow {
    /// How long a node of another container is remembered after it expired; of its process nothing can be known.
    private static let remembered: Int64 = 600_000

    /// Enters a node of this process, if it is not there.
    static func announce(_ node: NodeID, in db: Database) throws {
        let process = ProcessIdentity.current
        try db.run(
            """
            INSERT INTO nodes (id, host, pid, processStart, expiresAt, subscribedUntil) VALUES (?, ?, ?, ?, 0, 0)
            ON CONFLICT (id) DO UPDATE SET host = excluded.host, pid = excluded.pid, processStart = excluded.processStart
            """, [node.rawValue, process.host, process.pid, process.start])
    }

    /// Takes away what a node announced, sets `lastSeen` of those who are nowhere else, and returns them.
    static func withdraw(_ node: String, at instant: Date, in db: Database) throws -> [User.ID] {
        let others = try LiveNodes(in: db, at: instant).without(NodeID(rawValue: node))
        let gone = try db.all(
            "SELECT user FROM presence WHERE node = ? AND user NOT IN (\(LiveNodes.usersSQL))", [node, others.json]
        ) { try $0.id(0) as User.ID }
        try db.run(
            "UPDATE users SET lastSeen = ? WHERE id IN (SELECT value FROM json_each(?))", [instant.stored, gone.json()])
        try db.run("DELETE FROM presence WHERE node = ?", [node])
        return gone
    }

    /// Removes the nodes whose process has ended, and those that have long expired; a node that is only late keeps what
    /// it announced and counts again as soon as it renews.
    static func removeEnded(at instant: Date, in db: Database) throws {
        let nodes = try db.all("SELECT id, host, pid, processStart, max(expiresAt, subscribedUntil) FROM nodes") {
            row in
            (
                id: try row.value(0) as String, process: try ProcessIdentity(row: row, at: 1),
                expiry: try row.value(4) as Int64
            )
        }
        for node in nodes {
            let isForeign = node.process.host != ProcessIdentity.current.host
            guard node.process.hasEnded || isForeign && node.expiry + remembered < instant.stored else { continue }
            _ = try withdraw(node.id, at: instant, in: db)
            try db.run("DELETE FROM nodes WHERE id = ?", [node.id])
        }
    }
}
