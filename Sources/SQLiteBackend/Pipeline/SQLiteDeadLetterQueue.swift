import Foundation
import GRDB
import MsgKit

/// The jobs that were given up, in SQLite.
struct SQLiteDeadLetterQueue: DeadLetterQueue {
    /// How many one read looks at and one write moves or forgets.
    private static let batch = 200

    let database: SQLiteDatabase

    func deadLetters(matching filter: DeadLetterFilter, page: PageRequest) async throws -> Page<DeadLetter> {
        guard filter != .everything else { return try await deadLetters(page: page) }
        var total = 0
        var items: [DeadLetter] = []
        try await walk(filter) { letters in
            for letter in letters {
                if total >= page.offset, items.count < page.limit { items.append(letter) }
                total += 1
            }
        }
        return Page(items: items, request: page, total: total)
    }

    func ids(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        var ids: [AutoMessage.ID] = []
        try await walk(filter) { ids += $0.map(\.id) }
        return ids
    }

    func deadLetter(_ id: AutoMessage.ID) async throws -> DeadLetter? {
        try await database.read { db in
            try db.first("SELECT \(DeadLetterRow.columns) FROM dead_letters WHERE id = ?", [id]) {
                try DeadLetterRow.letter(of: $0)
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

    func replay(matching filter: DeadLetterFilter) async throws -> [AutoMessage.ID] {
        let now = database.clock.now
        let request = RequestID.current?.description
        return try await inBatches(filter, topics: .jobs) { letters, db in
            let jobs = letters.compactMap(\.job)
            for var job in jobs {
                job.retryCount = 0
                try db.run(
                    """
                    INSERT INTO queue_jobs (id, body, retryCount, publishedAt, availableAt, request)
                    VALUES (?1, ?2, 0, ?3, ?3, ?4) ON CONFLICT (id) DO NOTHING
                    """, [job.id, try JobRow.body(of: job), now.stored, request])
            }
            return jobs.map(\.id)
        }
    }

    func purge(matching filter: DeadLetterFilter) async throws -> Int {
        try await inBatches(filter, topics: []) { letters, _ in letters.map(\.id) }.count
    }

    private func deadLetters(page: PageRequest) async throws -> Page<DeadLetter> {
        try await database.read { db in
            let total = try db.number("SELECT count(*) FROM dead_letters")
            let items = try db.all(
                "SELECT \(DeadLetterRow.columns) FROM dead_letters ORDER BY failedAt, id LIMIT ? OFFSET ?",
                [page.limit, page.offset]
            ) { try DeadLetterRow.letter(of: $0) }
            return Page(items: items, request: page, total: Int(total))
        }
    }

    /// Shows the body those that match, the oldest first, a few at a time. Letters that come in meanwhile are behind.
    private func walk(_ filter: DeadLetterFilter, _ body: ([DeadLetter]) -> Void) async throws {
        var last = (failedAt: Int64.min, id: "")
        while true {
            // The ids only spare reading: what matches is for the filter to say.
            var arguments: SQLArguments = [last.failedAt, last.id]
            var narrowing = ""
            if let ids = filter.ids {
                narrowing = "AND id IN (SELECT value FROM json_each(?))"
                arguments.append(ids.json())
            }
            let rows = try await database.read { [arguments, narrowing] db in
                try db.all(
                    """
                    SELECT \(DeadLetterRow.columns) FROM dead_letters WHERE (failedAt, id) > (?, ?) \(narrowing)
                    ORDER BY failedAt, id LIMIT \(Self.batch)
                    """, arguments
                ) { row in
                    let place = (failedAt: try row.value(3) as Int64, id: try row.value(2) as String)
                    return (place: place, letter: try DeadLetterRow.letter(of: row))
                }
            }
            body(rows.map { $0.letter }.filter { filter.matches($0) })
            guard let next = rows.last, rows.count == Self.batch else { return }
            last = next.place
        }
    }

    /// Does something to the letters that match now, in writes of bounded size, and forgets those that it is done with:
    /// `body` tells their ids. Returns these.
    private func inBatches(
        _ filter: DeadLetterFilter, topics: ChangeTopics,
        _ body: @escaping @Sendable ([DeadLetter], Database) throws -> [AutoMessage.ID]
    ) async throws -> [AutoMessage.ID] {
        // All ids first: what is given up again meanwhile does not count.
        var waiting = try await ids(matching: filter)[...]
        var done: [AutoMessage.ID] = []
        while !waiting.isEmpty {
            let batch = waiting.prefix(Self.batch).json()
            waiting = waiting.dropFirst(Self.batch)
            done += try await database.write(topics) { db in
                let letters = try db.all(
                    """
                    SELECT \(DeadLetterRow.columns) FROM dead_letters
                    WHERE id IN (SELECT value FROM json_each(?)) ORDER BY failedAt, id
                    """, [batch]
                ) { try DeadLetterRow.letter(of: $0) }
                let ids = try body(letters.filter { filter.matches($0) }, db)
                try db.run("DELETE FROM dead_letters WHERE id IN (SELECT value FROM json_each(?))", [ids.json()])
                return ids
            }
        }
        return done
    }
}
