import Foundation
import GRDB
import MsgKit
import Testing

@testable import SQLiteBackend

/// How a data directory comes to this program's schema, and how one of another program is refused.
@Suite struct MigrationTests {
    @Test func aFreshDirectoryGetsEveryStepOnce() async throws {
        let home = try TestDirectory()
        let first = try await home.open()
        #expect(first.appliedMigrations == Migration.all.map(\.name))
        #expect(first.schemaVersion == Migration.all.last?.version)
        try await first.close()
        let second = try await home.open()
        #expect(second.appliedMigrations.isEmpty)
        let noted = try await second.database.read { db in
            try db.all("SELECT version, name FROM schema_migrations ORDER BY version") { row in
                "\(try row.value(0) as Int) \(try row.value(1) as String)"
            }
        }
        #expect(noted == Migration.all.map { "\($0.version) \($0.name)" })
    }

    @Test func stepsAreNumberedUpwards() {
        #expect(zip(Migration.all, Migration.all.dropFirst()).allSatisfy { $0.version < $1.version })
        #expect(Set(Migration.all.map(\.name)).count == Migration.all.count)
    }

    /// The schema this program works with, and the one before.
    private let newest = Migration.all.last?.version ?? 0
    private let newestButOne = Migration.all.dropLast().last?.version ?? 0

    @Test(arguments: 0..<Migration.all.count)
    func everyOlderSchemaIsBroughtUp(steps: Int) async throws {
        let home = try TestDirectory()
        let version = Migration.all.prefix(steps).last?.version ?? 0
        if steps > 0 {
            let older = try await home.open(migrations: Array(Migration.all.prefix(steps)))
            try await Self.insertSurvivor(older)
            try await older.close()
        }
        let status = try await SQLiteBackend.schemaStatus(directory: home.directory.path)
        #expect(status.version == version)
        #expect(status.pending == Migration.all.dropFirst(steps).map(\.name))
        let backend = try await home.open()
        #expect(backend.appliedMigrations == Migration.all.dropFirst(steps).map(\.name))
        if steps > 0 {
            let survivor = try #require(try await backend.users.user(username: "Survivor"))
            #expect(survivor.email == "survivor@example.org")
            #expect(survivor.pool == Plan.defaultPool && survivor.pausedUntil == nil && survivor.weeklyLimit == nil)
            let found = try await backend.plans.candidates(of: Plan.defaultPool, after: nil, limit: 10)
            #expect(found.map(\.id) == [survivor.id])
        }
        #expect(try await SQLiteBackend.schemaStatus(directory: home.directory.path).pending.isEmpty)
    }

    /// A user in the columns that there were from the first step on: stores write those of the newest schema.
    private static func insertSurvivor(_ backend: SQLiteBackend) async throws {
        try await backend.database.write { db in
            _ = try db.run(
                """
                INSERT INTO users (id, username, email, password, role, isActive, autoMessages, createdAt, updatedAt)
                VALUES (?, 'survivor', 'survivor@example.org', '', 'user', 1, 1, 0, 0)
                """, [Samples.ids.next(User.self)])
        }
    }

    /// Of a plan made before anything was kept of its users, what was kept is still told.
    @Test func aPlanOfAnOlderSchemaStays() async throws {
        let home = try TestDirectory()
        let older = try await home.open(migrations: Array(Migration.all.prefix { $0.version < 8 }))
        let id = Samples.ids.next(Plan.self)
        try await older.database.write { db in
            _ = try db.run(
                """
                INSERT INTO plans (key, id, pool, date, seed, users, pairings, messages, leftOut, lease, fencingToken,
                    createdAt, completedAt)
                VALUES (1, ?, 'default', '2026-01-31', '7', 2, 1, 1, 0, 'plan-pairings', 1, 0, 1000)
                """, [id])
            _ = try db.run(
                "INSERT INTO plan_members (plan, user) VALUES (1, ?)", [Samples.ids.next(User.self)])
        }
        try await older.close()
        let backend = try await home.open()
        let date = try #require(PlanDate("2026-01-31"))
        let plan = try #require(try await backend.plans.plan(pool: Plan.defaultPool, date: date))
        #expect(plan.id == id && plan.seed == 7 && plan.completedAt == Date(timeIntervalSince1970: 1))
        #expect(plan.figures == PlanFigures(users: 2, pairings: 1, messages: 1, leftOut: 0))
        #expect(plan.settings == nil && plan.notes == PlanNotes() && plan.rested == nil)
        #expect(try await backend.plans.chunk(0, of: id) == nil)
    }

    @Test func aStepThatFailsChangesNothing() async throws {
        let home = try TestDirectory()
        let broken = Migration(
            version: newest + 1, name: "broken",
            statements: "CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE users (id INTEGER);")
        try await home.open().close()
        await #expect(throws: MsgError.self) { try await home.open(migrations: Migration.all + [broken]) }
        let backend = try await home.open()
        #expect(try await backend.database.read { try !$0.tableExists("half") })
    }

    @Test func statusOfADirectoryThatIsNotThereMakesNothing() async throws {
        let home = try TestDirectory()
        let status = try await SQLiteBackend.schemaStatus(directory: home.directory.path)
        #expect(status.version == 0 && status.pending.count == Migration.all.count)
        #expect(!FileManager.default.fileExists(atPath: home.directory.path))
    }

    @Test func aNewerSchemaIsRefusedAndNotWrittenTo() async throws {
        let home = try TestDirectory()
        let next = Migration(
            version: newest + 1, name: "future", statements: "CREATE TABLE future (id INTEGER) STRICT")
        try await home.open(migrations: Migration.all + [next], version: "9.9.9").close()
        let before = try Data(contentsOf: URL(fileURLWithPath: home.directory.databasePath))
        do {
            _ = try await home.open()
            Issue.record("A newer schema was opened.")
        } catch let error as MsgError {
            #expect(error.code == .configuration)
            #expect(error.message.contains("schema \(next.version)"))
            #expect(error.message.contains("up to \(newest)"))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: home.directory.databasePath)) == before)
        #expect(try await SQLiteBackend.schemaStatus(directory: home.directory.path).version == next.version)
    }

    @Test func manyWhoOpenAFreshDirectoryAtOnceAllSucceed() async throws {
        let home = try TestDirectory()
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 1...6 { group.addTask { try await home.open().appliedMigrations } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(applied.filter { !$0.isEmpty } == [Migration.all.map(\.name)])
    }

    @Test func aChangeOfSchemaNamesWhoIsInTheWay() async throws {
        let home = try TestDirectory()
        let running = try await home.open(migrations: Array(Migration.all.dropLast()), version: "0.9.1")
        do {
            _ = try await home.open()
            Issue.record("The schema was changed beneath a running program.")
        } catch let error as MsgError {
            #expect(error.code == .leaseHeld)
            #expect(error.code.exitStatus == .tryAgain)
            let running = "process \(getpid()) (msgctl 0.9.1, schema \(newestButOne))"
            #expect(error.message.contains(running), "\(error.message)")
        }
        try await running.close()
        #expect(try await home.open().appliedMigrations == [Migration.all[Migration.all.count - 1].name])
    }

    @Test func theFileOfAProcessThatWasKilledIsTakenAway() async throws {
        let home = try TestDirectory()
        try await home.open().close()
        let left = "\(home.directory.processesPath)/99999-1"
        #expect(FileManager.default.createFile(atPath: left, contents: Data("process 99999 (msgctl 1, schema 1)".utf8)))
        #expect(ProcessRegistry(directory: home.directory).others(than: nil).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: left))
    }
}
