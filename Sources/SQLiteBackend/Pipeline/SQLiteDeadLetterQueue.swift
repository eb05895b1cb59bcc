import Foundation
import GRDB
import MsgKit

/// The jobs that were given up, in SQLite.
struct SQLiteDeadLetterQueue: DeadLetterQueue {
    /// How many one write moves or forgets.
    private static let batch = 500

    let database: SQLiteDatabase

    func deadLetters(page: PageRequest) async throws -> Page<DeadLetter> {
        try await database.read { db in
            let total = try db.number("SELECT count(*) FROM dead_letters")
            let items = try db.all(
                "SELECT \(DeadLetterRow.columns) FROM dead_letters ORDER BY failedAt, id LIMIT ? OFFSET ?",
                [page.limit, page.offset]
            ) { try DeadLetterRow.letter($0) }
            return Page(items: items, request: page, total: Int(total))
        }
    }

    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? {
        try await database.read { db in
            try db.first("SELECT \(DeadLetterRow.columns) FROM dead_letters WHERE id = ?", [id]) {
                try DeadLetterRow.letter($0)
            }
        }
    }

    func bury(_ letters: [DeadLetter]) async throws {
        let now = database.clock.now
        for start in stride(from: 0, to: letters.count, by: Self.batch) {
            let batch = letters[start..<min(start + Self.batch, letters.count)]
            try await database.write { db in
                for letter in batch { try DeadLetterRow.put(letter, at: now, in: db) }
            }
        }
    }

    func replay(_ ids: [AutoMessage.ID]?) async throws -> [AutoMessage.ID] {
        let now = database.clock.now
        return try await inBatches(ids, topics: .jobs) { batch, db in
            let jobs = try db.all(
                """
                SELECT \(DeadLetterRow.columns) FROM dead_letters
                WHERE id IN (SELECT value FROM json_each(?)) ORDER BY failedAt, id
                """, [batch.json()]
            ) { try DeadLetterRow.letter($0).job }.compactMap { $0 }
            for var job in jobs {
                job.retryCount = 0
                try db.run(
                    """
                    INSERT INTO queue_jobs (id, body, retryCount, publishedAt, availableAt)
                    VALUES (?1, ?2, 0, ?3, ?3) ON CONFLICT (id) DO NOTHING
                    """, [job.id, try JobRow.body(of: job), now.stored])
                try db.run("DELETE FROM dead_letters WHERE id = ?", [job.id])
            }
            return jobs.map(\.id)
        }
    }

    func purge(_ ids: [AutoMessage.ID]?) async throws -> Int {
        try await inBatches(ids, topics: []) { batch, db in
            let found = try db.all(
                "SELECT id FROM dead_letters WHERE id IN (SELECT value FROM json_each(?))", [batch.json()]
            ) { try $0.id(0) as AutoMessage.ID }
            try db.run("DELETE FROM dead_letters WHERE id IN (SELECT value FROM json_each(?))", [batch.json()])
            return found
        }.count
    }

    /// Does something to letters (nil: all there are now) in writes of bounded size.
    private func inBatches(
        _ ids: [AutoMessage.ID]?, topics: ChangeTopics,
        _ body: @escaping @Sendable ([AutoMessage.ID], Database) throws -> [AutoMessage.ID]
    ) async throws -> [AutoMessage.ID] {
        var waiting: ArraySlice<AutoMessage.ID>
        if let ids {
            waiting = ids[...]
        } else {
            waiting = try await database.read { db in
                try db.all("SELECT id FROM dead_letters ORDER BY failedAt, id") { try $0.id(0) }
            }[...]
        }
        var done: [AutoMessage.ID] = []
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.batch))
            waiting = waiting.dropFirst(Self.batch)
            done += try await database.write(topics) { try body(batch, $0) }
        }
        return done
    }
}
