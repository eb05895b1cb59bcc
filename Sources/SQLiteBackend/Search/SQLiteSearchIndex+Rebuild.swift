import GRDB
import MsgKit
import Synchronization

/// The index that is built beside has a full-text table of its own and rows under a generation of its own; the swap
/// renames the one and points to the other.
extension SQLiteSearchIndex: RebuildableSearchIndex {
    /// How many messages one write takes into the new index, so that nobody waits long for the writer.
    private static let batch = 200
    /// How many rows of an index that is gone one write removes.
    private static let removalBatch = 2_000

    func beginRebuild(at position: ChangePosition?) async throws {
        let generation = try await database.write { db in
            let state = try SearchTables.state(in: db)
            let generation = max(state.generation, state.building ?? 0) + 1
            try SearchTables.create(SearchTables.beside, in: db)
            try db.run(
                "UPDATE search_state SET building = ?, buildingFormat = ?, buildingPosition = ? WHERE key = 1",
                [generation, SearchTables.formatVersion, position?.token])
            return generation
        }
        building.withLock { $0 = generation }
        try await removeOldRows()
    }

    func unfinishedRebuild() async throws -> UnfinishedRebuild? {
        let found: (generation: Int64, rebuild: UnfinishedRebuild)? = try await database.read { db in
            let state = try SearchTables.state(in: db)
            guard let generation = state.building, state.buildingFormat == SearchTables.formatVersion else {
                return nil
            }
            let last = try db.first(
                "SELECT message FROM search_documents WHERE generation = ? ORDER BY message DESC LIMIT 1", [generation]
            ) { try $0.id(0) as Message.ID }
            let count = try db.number("SELECT count(*) FROM search_documents WHERE generation = ?", [generation])
            return (generation, UnfinishedRebuild(last: last, count: Int(count)))
        }
        building.withLock { $0 = found?.generation }
        return found?.rebuild
    }

    func addToRebuild(_ messages: [Message]) async throws {
        let generation = building.withLock { $0 }
        var rest = messages[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.batch)
            rest = rest.dropFirst(Self.batch)
            try await database.write { db in
                let generation = try Self.require(generation, in: db)
                try SearchTables.store(batch, in: SearchTables.beside, generation, db)
            }
        }
    }

    func finishRebuild() async throws {
        let generation = building.withLock { $0 }
        try await database.write { db in
            let generation = try Self.require(generation, in: db)
            let position = try SearchTables.state(in: db).buildingPosition
            try db.execute(
                sql: """
                    DROP TABLE IF EXISTS \(SearchTables.live);
                    ALTER TABLE \(SearchTables.beside) RENAME TO \(SearchTables.live);
                    """)
            try db.run(
                """
                UPDATE search_state
                SET formatVersion = ?, generation = ?, building = NULL, buildingPosition = NULL, position = ? WHERE key = 1
                """, [SearchTables.formatVersion, generation, position])
        }
        building.withLock { $0 = nil }
        try await removeOldRows()
    }

    func entries(after id: Message.ID?, limit: Int) async throws -> [SearchEntry] {
        try await database.read { db in
            let state = try SearchTables.state(in: db)
            return try db.all(
                """
                SELECT message, updatedAt FROM search_documents WHERE generation = ? AND message > ?
                ORDER BY message LIMIT ?
                """, [state.generation, id?.description ?? "", limit]
            ) { SearchEntry(id: try $0.id(0), updatedAt: try $0.date(1)) }
        }
    }

    func repair(storing messages: [Message], removing ids: [Message.ID]) async throws {
        try await database.write { db in
            var state = try SearchTables.state(in: db)
            if state.formatVersion != SearchTables.formatVersion { state = try SearchTables.reset(state, in: db) }
            // What was deleted since it was compared must not come back.
            let gone = try db.all(
                "SELECT id FROM messages WHERE id IN (SELECT value FROM json_each(?)) AND isDeleted = 1",
                [messages.map(\.id).json()]
            ) { try $0.id(0) as Message.ID }
            let deleted = Set(gone)
            let there = messages.filter { !deleted.contains($0.id) }
            try SearchTables.store(there, in: SearchTables.live, state.generation, db)
            try SearchTables.remove(ids, from: SearchTables.live, state.generation, db)
        }
    }

    /// Removes the rows of indexes that are neither live nor being built, in small writes.
    func removeOldRows() async throws {
        while try await removeSomeOldRows() {}
    }

    private func removeSomeOldRows() async throws -> Bool {
        let old = try await database.read { db in
            let state = try SearchTables.state(in: db)
            return try db.all(
                """
                SELECT doc FROM search_documents
                WHERE generation < ?1 OR (generation > ?1 AND generation <> ?2) LIMIT ?3
                """, [state.generation, state.building ?? state.generation, Self.removalBatch]
            ) { try $0.value(0) as Int64 }
        }
        guard !old.isEmpty else { return false }
        let list = "[" + old.map(String.init).joined(separator: ",") + "]"
        try await database.write { db in
            _ = try db.run("DELETE FROM search_documents WHERE doc IN (SELECT value FROM json_each(?))", [list])
        }
        return true
    }

    /// The generation, if it is still the one that is being built.
    private static func require(_ generation: Int64?, in db: Database) throws -> Int64 {
        guard let generation, try SearchTables.state(in: db).building == generation else {
            throw MsgError(.conflict, "Another rebuild of the index has begun; this one was dropped.")
        }
        return generation
    }
}
