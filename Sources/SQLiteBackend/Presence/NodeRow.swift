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

    /// Takes away what a node announced, at most `limit` users of it, and returns those of them who are nowhere else.
    /// The node is not known any more once it has announced nobody.
    static func withdraw(
        _ node: String, limit: Int = .max, at instant: Date, in db: Database
    ) throws -> (gone: [User.ID], taken: Int) {
        let others = try LiveNodes(in: db, at: instant).without(NodeID(rawValue: node)).json
        let taken = try db.all("SELECT user FROM presence WHERE node = ? LIMIT ?", [node, limit]) {
            try $0.id(0) as User.ID
        }
        let list = taken.json()
        let elsewhere = try db.all(
            """
            SELECT DISTINCT user FROM presence WHERE user IN (SELECT value FROM json_each(?))
                AND node IN (SELECT value FROM json_each(?))
            """, [list, others]
        ) { try $0.id(0) as User.ID }
        try db.run(
            "DELETE FROM presence WHERE node = ? AND user IN (SELECT value FROM json_each(?))", [node, list])
        if taken.count < limit { try db.run("UPDATE nodes SET expiresAt = 0 WHERE id = ?", [node]) }
        return (Array(Set(taken).subtracting(elsewhere)), taken.count)
    }

    /// Withdraws the nodes that have expired or whose process has ended, at most `limit` users in all.
    static func sweep(limit: Int, at instant: Date, in db: Database) throws -> [User.ID] {
        let nodes = try db.all("SELECT id, host, pid, processStart, expiresAt FROM nodes WHERE expiresAt > 0") { row in
            (
                id: try row.value(0) as String, process: try ProcessIdentity(row: row, at: 1),
                expiry: try row.value(4) as Int64
            )
        }
        var gone: [User.ID] = []
        var rest = limit
        for node in nodes where node.expiry <= instant.stored || node.process.hasEnded {
            guard rest > 0 else { break }
            let step = try withdraw(node.id, limit: rest, at: instant, in: db)
            gone += step.gone
            rest -= step.taken
        }
        return gone
    }

    /// Removes the nodes that announce nobody and whose process has ended, or that have long fallen silent.
    static func removeEnded(at instant: Date, in db: Database) throws {
        let nodes = try db.all(
            """
            SELECT id, host, pid, processStart, max(expiresAt, subscribedUntil) FROM nodes
            WHERE NOT EXISTS (SELECT 1 FROM presence WHERE presence.node = nodes.id)
            """
        ) { row in
            (
                id: try row.value(0) as String, process: try ProcessIdentity(row: row, at: 1),
                expiry: try row.value(4) as Int64
            )
        }
        for node in nodes {
            let isForeign = node.process.host != ProcessIdentity.current.host
            guard node.process.hasEnded || isForeign && node.expiry + remembered < instant.stored else { continue }
            try db.run("DELETE FROM nodes WHERE id = ?", [node.id])
        }
    }
}
