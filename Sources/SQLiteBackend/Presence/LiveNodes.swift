import Foundation
import GRDB
import MsgKit

/// The nodes whose presence counts: announced, not expired, and not of a process that is known to have ended.
struct LiveNodes: Sendable {
    let ids: Set<String>

    init(in db: Database, at instant: Date) throws {
        let nodes = try db.all(
            "SELECT id, host, pid, processStart FROM nodes WHERE expiresAt > ?", [instant.stored]
        ) { row in (id: try row.value(0) as String, process: try ProcessIdentity(row: row, at: 1)) }
        ids = Set(nodes.filter { !$0.process.hasEnded }.map(\.id))
    }

    private init(ids: Set<String>) {
        self.ids = ids
    }

    func without(_ node: NodeID) -> LiveNodes {
        LiveNodes(ids: ids.subtracting([node.rawValue]))
    }

    /// The ids as a JSON array, for `json_each`.
    var json: String {
        guard let data = try? JSONEncoder().encode(ids.sorted()) else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }
}

extension ProcessIdentity {
    /// Reads a host, a number and a start.
    init(row: ResultRow, at first: Int) throws {
        self.init(host: try row.value(first), pid: try row.value(first + 1), start: try row.value(first + 2))
    }
}
