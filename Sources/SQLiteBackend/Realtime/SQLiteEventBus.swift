import Foundation
import GRDB
import MsgKit
import Synchronization

/// Room commands in a table that every process reads behind its own position.
///
/// With nobody else listening nothing is written: a process that listens is announced before its position is read, so
/// whoever publishes afterwards sees it.
struct SQLiteEventBus: EventBus {
    let database: SQLiteDatabase
    let node: NodeID

    func publish(_ commands: [RoomCommand]) async throws {
        guard !commands.isEmpty else { return }
        let now = database.clock.now.stored
        let node = node.rawValue
        // Read, not written with the writer's turn to wait for: a subscription that returned before this call began is
        // in what a read sees.
        let isHeard = try await database.read { try Subscribers(in: $0, at: now).ids.contains { $0 != node } }
        guard isHeard else { return }
        let rows = try commands.map { String(decoding: try JSONEncoder.msgctl().encode($0), as: UTF8.self) }
        try await database.write(.events) { db in
            for row in rows {
                try db.run("INSERT INTO events (origin, createdAt, command) VALUES (?, ?, ?)", [node, now, row])
            }
        }
    }

    func commands() async throws -> AsyncStream<RoomCommand> {
        let now = database.clock.now
        let node = node
        let position = try await database.write { db in
            try NodeRow.announce(node, in: db)
            try Subscribers.renew(node, at: now, in: db)
            return try EventCursor.newest(in: db)
        }
        let cursor = EventCursor(database: database, node: node, position: position)
        // Pulled, so that what a slow reader has not taken waits in the table and not in memory.
        return AsyncStream { await cursor.next() }
    }
}
