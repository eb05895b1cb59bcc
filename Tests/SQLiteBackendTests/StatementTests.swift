import GRDB
import MsgKit
import Testing

@testable import SQLiteBackend

/// Values on their way into SQLite and back.
@Suite struct StatementTests: Sendable {
    private let home: TestDirectory
    private let backend: SQLiteBackend
    private var database: SQLiteDatabase { backend.database }

    init() async throws {
        home = try TestDirectory()
        backend = try await home.open()
        try await backend.database.write { db in
            try db.execute(sql: "CREATE TABLE notes (number INTEGER, text TEXT, share REAL) STRICT")
        }
    }

    @Test(arguments: ["", "tea", "a\u{0}b", "\u{0}", "🫖 Straße", String(repeating: "x", count: 100_000)])
    func aTextComesBackWhole(text: String) async throws {
        _ = try await database.write { try $0.run("INSERT INTO notes (text) VALUES (?)", [text]) }
        let found = try await database.read { db in try db.first("SELECT text FROM notes") { try $0.value(0) as String }
        }
        #expect(found == text)
    }

    @Test(arguments: [0, -1, .max, .min] as [Int64])
    func aNumberComesBack(number: Int64) async throws {
        _ = try await database.write { try $0.run("INSERT INTO notes (number) VALUES (?)", [number]) }
        #expect(try await database.read { try $0.number("SELECT number FROM notes") } == number)
    }

    @Test func nothingIsNull() async throws {
        _ = try await database.write {
            try $0.run("INSERT INTO notes (number, text) VALUES (?, ?)", [nil, nil as String?])
        }
        let found = try await database.read { db in
            try db.first("SELECT number, text FROM notes WHERE number IS NULL AND text IS NULL") { row in
                (number: row[0] as Int64?, text: row[1] as String?)
            }
        }
        #expect(found?.number == nil && found?.text == nil && found != nil)
    }

    @Test func whatMayNotBeNullIsReportedAsDamage() async throws {
        _ = try await database.write { try $0.run("INSERT INTO notes (text) VALUES (?)", ["no id"]) }
        await #expect {
            try await database.read { db in try db.first("SELECT number FROM notes") { try $0.date(0) } }
        } throws: { MsgError(wrapping: $0).code == .unavailable }
        await #expect {
            try await database.read { db in try db.first("SELECT text FROM notes") { try $0.id(0) as Message.ID } }
        } throws: { MsgError(wrapping: $0).code == .unavailable }
    }

    @Test(arguments: [[], [1, 2]] as [SQLArguments])
    func argumentsOfAnotherNumberAreRefused(arguments: SQLArguments) async {
        await #expect(throws: MsgError.self) {
            _ = try await database.write { try $0.run("INSERT INTO notes (number) VALUES (?)", arguments) }
        }
    }

    @Test func aQueryThatIsLeftBeforeItsEndHoldsNothing() async throws {
        try await database.write { db in
            for number in 1...3 { try db.run("INSERT INTO notes (number) VALUES (?)", [number]) }
            _ = try db.first("SELECT number FROM notes") { try $0.value(0) as Int }
            // A query that still ran would keep its table from being dropped.
            try db.execute(sql: "DROP TABLE notes")
        }
    }
}
