import Foundation
import GRDB
import MsgKit
import Testing

@testable import SQLiteBackend

/// How a data directory comes to this program's schema, and how one of another program is refused.
@Suite struct MigrationTests {
    private static var current: Int { Migration.all.last?.version ?? 0 }

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

    @Test func stepsAreNumberedInOrder() {
        #expect(zip(Migration.all, Migration.all.dropFirst()).allSatisfy { $0.version < $1.version })
        #expect(Set(Migration.all.map(\.name)).count == Migration.all.count)
    }

    @Test(arguments: 0..<Migration.all.count)
    func everyOlderSchemaIsBroughtUp(version: Int) async throws {
        let home = try TestDirectory()
        if version > 0 {
            let older = try await home.open(migrations: Array(Migration.all.prefix(version)))
            if version >= 1 { try await older.users.insert(Samples.user("survivor")) }
            try await older.close()
        }
        let status = try await SQLiteBackend.schemaStatus(directory: home.directory.path)
        #expect(status.version == (version > 0 ? Migration.all[version - 1].version : 0))
        #expect(status.pending == Migration.all.dropFirst(version).map(\.name))
        let backend = try await home.open()
        #expect(backend.appliedMigrations == Migration.all.dropFirst(version).map(\.name))
        if version >= 1 { #expect(try await backend.users.user(username: "Survivor") != nil) }
        #expect(try await SQLiteBackend.schemaStatus(directory: home.directory.path).pending.isEmpty)
    }

    @Test func aStepThatFailsChangesNothing() async throws {
        let home = try TestDirectory()
        let broken = Migration(
            version: Self.current + 1, name: "broken",
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
            version: Self.current + 1, name: "future", statements: "CREATE TABLE future (id INTEGER) STRICT")
        try await home.open(migrations: Migration.all + [next], version: "9.9.9").close()
        let before = try Data(contentsOf: URL(fileURLWithPath: home.directory.databasePath))
        do {
            _ = try await home.open()
            Issue.record("A newer schema was opened.")
        } catch let error as MsgError {
            #expect(error.code == .configuration)
            #expect(error.message.contains("schema \(next.version)"))
            #expect(error.message.contains("up to \(Self.current)"))
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
            let running = "process \(getpid()) (msgctl 0.9.1, schema \(Migration.all[Migration.all.count - 2].version))"
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
