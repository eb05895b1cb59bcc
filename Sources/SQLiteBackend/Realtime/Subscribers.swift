import Foundation
import GRDB
import MsgKit

/// The nodes for which events are written.
struct Subscribers: Sendable {
    /// How long a node is written for without renewing; housekeeping renews several times in it.
    static let lifetime: Int64 = 60_000

    let ids: [String]

    /// A node of this host counts while its process lives, however late it is with renewing: it will read on.
    init(in db: Database, at now: Int64) throws {
        let nodes = try db.all(
            "SELECT id, host, pid, processStart, subscribedUntil FROM nodes WHERE subscribedUntil > 0"
        ) { row in
            (
                id: try row.value(0) as String, process: try ProcessIdentity(row: row, at: 1),
                until: try row.value(4) as Int64
            )
        }
        ids = nodes.filter { node in
            node.process.host == ProcessIdentity.current.host ? !node.process.hasEnded : node.until > now
        }.map(\.id)
    }

    static func renew(_ node: NodeID, at instant: Date, in db: Database) throws {
        try db.run(
            "UPDATE nodes SET subscribedUntil = ? WHERE id = ?", [instant.stored + lifetime, node.rawValue])
    }

    static func end(_ node: NodeID, in db: Database) throws {
        try db.run("UPDATE nodes SET subscribedUntil = 0 WHERE id = ?", [node.rawValue])
        try db.run("DELETE FROM nodes WHERE id = ? AND expiresAt = 0", [node.rawValue])
    }
}
