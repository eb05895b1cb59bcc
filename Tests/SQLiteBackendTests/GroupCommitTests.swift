import Foundation
import GRDB
import MsgKit
import Synchronization
import Testing

@testable import SQLiteBackend

/// Writes that wait together are committed together, and fail apart.
@Suite struct GroupCommitTests: Sendable {
    private struct Refused: Error {}

    /// How often each write was run.
    private final class Runs: Sendable {
        private let numbers = Mutex<[Int: Int]>([:])

        var counts: [Int] { numbers.withLock { Array($0.values) } }

        func note(_ number: Int) { numbers.withLock { $0[number, default: 0] += 1 } }
    }

    private let home: TestDirectory
    private let backend: SQLiteBackend
    private var database: SQLiteDatabase { backend.database }

    init() async throws {
        home = try TestDirectory()
        backend = try await home.open()
        try await backend.database.write { db in
            try db.execute(sql: "CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
        }
    }

    @Test func waitingWritesShareOneCommit() async throws {
        let before = database.batcher.figures.commits
        let errors = await together(200) { number, db in try insert(number, in: db) }
        #expect(errors.isEmpty)
        #expect(try await stored().count == 200)
        // The one that held the writer, and one for all the others.
        #expect(database.batcher.figures.commits - before == 2)
    }

    @Test func oneThatThrowsIsUndoneAlone() async throws {
        let errors = await together(50) { number, db in
            try insert(number, in: db)
            if number % 10 == 0 { throw Refused() }
            // A constraint fails the statement and with it the operation.
            if number % 10 == 1 { try insert(1000 + number, text: nil, in: db) }
        }
        let good = Set((1...50).filter { $0 % 10 > 1 })
        #expect(Set(errors.keys) == Set(1...50).subtracting(good))
        #expect(try await stored() == good)
    }

    @Test func oneThatHasOnlyLookedHasNobodyRunAgain() async throws {
        let runs = Runs()
        let errors = await together(50) { number, db in
            runs.note(number)
            if number % 10 == 0 {
                _ = try db.number("SELECT count(*) FROM notes")
                throw Refused()
            }
            try insert(number, in: db)
        }
        #expect(Set(errors.keys) == [10, 20, 30, 40, 50])
        #expect(try await stored().count == 45)
        #expect(runs.counts == Array(repeating: 1, count: 50))
    }

    @Test func whenOneThatHasWrittenThrowsTheOthersAreRunAgainInTheirOrder() async throws {
        let runs = Runs()
        let errors = await together(50) { number, db in
            runs.note(number)
            let place = try db.number("SELECT count(*) FROM notes")
            try insert(number, text: "\(place)", in: db)
            if number == 25 { throw Refused() }
        }
        #expect(Array(errors.keys) == [25])
        let places = try await database.read { db in
            try db.all("SELECT text FROM notes ORDER BY CAST(text AS INTEGER)") { try $0.value(0) as String }
        }
        #expect(places == (0..<49).map(String.init), "nothing is left of the first run")
        #expect(runs.counts.contains(2))
    }

    @Test func aChangeOfTheSchemaIsUndoneWithItsWrite() async throws {
        let errors = await together(20) { number, db in
            if number == 7 {
                try db.execute(sql: "CREATE TABLE others (number INTEGER PRIMARY KEY) STRICT")
                throw Refused()
            }
            try insert(number, in: db)
        }
        #expect(Array(errors.keys) == [7])
        #expect(try await stored().count == 19)
        #expect(try await !database.read { try $0.tableExists("others") })
    }

    @Test func aWriteAloneIsRolledBackWhenItThrows() async throws {
        await #expect(throws: MsgError.self) {
            try await database.write { db in
                try insert(1, in: db)
                throw Refused()
            }
        }
        #expect(try await stored().isEmpty)
    }

    @Test func aFullDiskFailsEveryCallerOfTheTransactionAndStoresNothing() async throws {
        try await database.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        let text = String(repeating: "x", count: 3_000)
        let errors = await together(100) { number, db in try insert(number, text: text, in: db) }
        #expect(errors.count == 100)
        #expect(errors.values.allSatisfy { $0 == .unavailable })
        #expect(try await stored().isEmpty)
        // With space again the writer works as before.
        try await database.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 1073741823") }
        try await database.write { try insert(1, in: $0) }
        #expect(try await stored() == [1])
    }

    @Test func aFailedCommitFailsEveryCaller() async throws {
        try await database.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
                    CREATE TABLE children (
                        parent INTEGER NOT NULL REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED
                    ) STRICT;
                    """)
        }
        let errors = await together(20) { number, db in
            if number == 7 { try db.run("INSERT INTO children (parent) VALUES (99)") }
            try insert(number, in: db)
        }
        #expect(errors.count == 20)
        #expect(try await stored().isEmpty)
    }

    @Test func tooManyWaitingWritesAreRefused() async throws {
        let errors = await together(WriteBatcher.maximumWaiting + 50) { _, _ in }
        #expect(errors.count == 50)
        #expect(errors.values.allSatisfy { $0 == .serverBusy })
    }

    @Test func aClosedDatabaseSaysSo() async throws {
        try await backend.close()
        try await backend.close()
        await #expect { try await database.write { _ in } } throws: { MsgError(wrapping: $0).code == .unavailable }
        await #expect { try await database.read { _ in } } throws: { MsgError(wrapping: $0).code == .unavailable }
    }

    /// Holds the writer while `count` writes queue up behind it, then lets them go together; returns the errors by number.
    private func together(
        _ count: Int, _ body: @escaping @Sendable (Int, Database) throws -> Void
    ) async -> [Int: ErrorCode] {
        let database = database
        let gate = DispatchSemaphore(value: 0)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let holder = Task {
            try? await database.write { _ in
                enter.yield()
                gate.wait()
            }
        }
        for await _ in entered { break }
        let errors = await withTaskGroup(of: (Int, ErrorCode?).self) { group in
            for number in 1...count {
                group.addTask {
                    do {
                        try await database.write { try body(number, $0) }
                        return (number, nil)
                    } catch {
                        return (number, MsgError(wrapping: error).code)
                    }
                }
            }
            var errors: [Int: ErrorCode] = [:]
            // Those that are refused at once come back while the writer is held.
            let kept = min(count, WriteBatcher.maximumWaiting)
            for _ in kept..<count { if let (number, code) = await group.next() { errors[number] = code } }
            while database.batcher.figures.waiting < kept { await Task.yield() }
            gate.signal()
            for await (number, code) in group { errors[number] = code }
            return errors
        }
        _ = await holder.value
        return errors
    }

    private func insert(_ number: Int, text: String? = "x", in db: Database) throws {
        try db.run("INSERT INTO notes (number, text) VALUES (?, ?)", [number, text])
    }

    private func stored() async throws -> Set<Int> {
        Set(try await database.read { db in try db.all("SELECT number FROM notes") { try $0.value(0) as Int } })
    }
}
