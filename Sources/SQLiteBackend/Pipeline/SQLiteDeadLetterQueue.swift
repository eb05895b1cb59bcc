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
                "SELECT body, failedAt, reason, retryCount FROM dead_letters ORDER BY failedAt, id LIMIT ? OFFSET ?",
                [page.limit, page.offset]
            ) { try Self.deadLetter($0) }
            return Page(items: items, request: page, total: Int(total))
        }
    }

    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? {
        try await database.read { db in
            try db.first("SELECT body, failedAt, reason, retryCount FROM dead_letters WHERE id = ?", [id]) {
                try Self.deadLetter($0)
            }
        }
    }

    func replay(_ ids: [AutoMessage.ID]?) async throws -> [AutoMessage.ID] {
        let now = database.clock.now
        return try await inBatches(ids, topics: .jobs) { batch, db in
            let jobs = try db.all(
                """
                SELECT body, failedAt, reason, retryCount FROM dead_letters
                WHERE id IN (SELECT value FROM json_each(?)) ORDER BY failedAt, id
                """, [batch.json()]
            ) { try Self.job($0) }
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

    private static func job(_ row: ResultRow) throws -> DeliveryJob {
        guard var job = JobRow.job(of: try row.value(0)) else { throw row.damaged(0) }
        job.retryCount = try row.value(3)
        return job
    }

    private static func deadLetter(_ row: ResultRow) throws -> DeadLetter {
        DeadLetter(job: try job(row), failedAt: try row.date(1), reason: try row.value(2))
    }
}
