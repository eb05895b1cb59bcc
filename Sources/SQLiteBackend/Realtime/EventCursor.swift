import Foundation
import GRDB
import Logging
import MsgKit

/// One process's place in the table of events.
actor EventCursor {
    /// How many rows one read takes.
    private static let batch = 500
    /// How long it sleeps at most; whoever publishes wakes it.
    private static let pause = Duration.seconds(30)

    private let database: SQLiteDatabase
    private let node: NodeID
    private var position: Int64
    private var buffer: ArraySlice<RoomCommand> = []

    init(database: SQLiteDatabase, node: NodeID, position: Int64) {
        self.database = database
        self.node = node
        self.position = position
    }

    deinit {
        // Nobody listens any more; without this the others would go on writing for this process while it lives.
        let (database, node) = (database, node)
        Task { try? await database.write { try Subscribers.end(node, in: $0) } }
    }

    /// The place behind the newest event there has been.
    static func newest(in db: Database) throws -> Int64 {
        try db.number("SELECT seq FROM sqlite_sequence WHERE name = 'events'")
    }

    /// The next command of another process; nil when the task is cancelled or the database closed.
    func next() async -> RoomCommand? {
        var backoff = Duration.milliseconds(100)
        while !Task.isCancelled {
            if let command = buffer.popFirst() { return command }
            let generation = database.signal.generation(of: .events)
            do {
                if try await fill() { continue }
                await database.signal.wait(for: .events, after: generation, until: .now + Self.pause)
                guard !database.isClosed else { return nil }
                backoff = .milliseconds(100)
            } catch {
                if error is CancellationError || database.isClosed { return nil }
                database.logger.error("events can't be read", metadata: ["error": "\(String(reflecting: error))"])
                try? await Task.sleep(for: backoff)
                backoff = min(backoff * 2, .seconds(5))
            }
        }
        return nil
    }

    /// Reads on; true when there was something, be it only one's own.
    private func fill() async throws -> Bool {
        let (start, node) = (position, node.rawValue)
        let (rows, oldest, newest) = try await database.read { db in
            let rows = try db.all(
                "SELECT seq, origin, command FROM events WHERE seq > ? ORDER BY seq LIMIT ?", [start, Self.batch]
            ) { row in
                (
                    seq: try row.value(0) as Int64, origin: try row.value(1) as String,
                    command: try row.value(2) as String
                )
            }
            return (rows, rows.first?.seq, rows.isEmpty ? try Self.newest(in: db) : 0)
        }
        guard let last = rows.last, let oldest else {
            if newest > position { skip(to: newest) }
            return false
        }
        if oldest > position + 1 { skip(to: oldest - 1) }
        position = last.seq
        buffer = rows.filter { $0.origin != node }.compactMap { decode($0.command, seq: $0.seq) }[...]
        return true
    }

    private func skip(to seq: Int64) {
        database.logger.warning(
            "this process read events too late; some are lost to it", metadata: ["lost": "\(seq - position)"])
        position = seq
    }

    private func decode(_ text: String, seq: Int64) -> RoomCommand? {
        do {
            return try JSONDecoder.msgctl().decode(RoomCommand.self, from: Data(text.utf8))
        } catch {
            database.logger.error("an event is not readable", metadata: ["row": "\(seq)", "error": "\(error)"])
            return nil
        }
    }
}
