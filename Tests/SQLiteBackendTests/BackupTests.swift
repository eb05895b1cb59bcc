import Foundation
import GRDB
import MsgKit
import Synchronization
import Testing

@testable import SQLiteBackend

/// Copies of a live data directory.
@Suite struct BackupTests {
    @Test func aCopyIsOfOneInstantWhoeverWritesMeanwhile() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        let backend = try await home.open()
        let people = try await backend.addUsers(["ada", "grace"])
        let group = try await backend.addGroup(people)
        try await Self.fill(backend, rows: 60_000)
        let written = Atomic(0)
        let isDone = Atomic(false)
        let writing = Task {
            while !isDone.load(ordering: .relaxed) {
                let number = written.load(ordering: .relaxed)
                _ = try await backend.messages.insert(
                    Samples.message("number \(number)", from: people[0], in: group, at: Samples.at(Double(number))))
                written.wrappingAdd(1, ordering: .relaxed)
            }
        }
        defer { isDone.store(true, ordering: .relaxed) }
        let acknowledged = written.load(ordering: .relaxed)
        // The writer writes between any two steps of the copy.
        let steps = Atomic(0)
        let before = Mutex<Int?>(nil)
        let result = try await SQLiteBackend.backUp(home.directory, to: copy.directory) { _, _ in
            steps.wrappingAdd(1, ordering: .relaxed)
            let seen = written.load(ordering: .relaxed)
            before.withLock { $0 = $0 ?? seen }
            while written.load(ordering: .relaxed) == seen { sched_yield() }
        }
        isDone.store(true, ordering: .relaxed)
        try await writing.value
        #expect(steps.load(ordering: .relaxed) > 1)
        #expect(result.schemaVersion == backend.schemaVersion)

        let restored = try await copy.open()
        let numbers = try await restored.database.read {
            try Int.fetchAll($0, sql: "SELECT substr(content, 8) + 0 FROM messages ORDER BY seq")
        }
        // What was acknowledged before is in it; what came after is not, and nothing is missing in between.
        #expect(numbers == Array(0..<numbers.count))
        #expect(numbers.count >= acknowledged)
        #expect(numbers.count <= (try #require(before.withLock { $0 })) + 1)
        #expect(numbers.count < written.load(ordering: .relaxed))
        let verdict = try await restored.database.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(verdict == ["ok"])
        let size = try FileManager.default.attributesOfItem(atPath: copy.directory.databasePath)[.size] as? NSNumber
        #expect(size?.intValue == result.bytes)
    }

    @Test func aCopyTakesWhatIsAcknowledgedAndOnlyInTheLog() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        let backend = try await home.open()
        let people = try await backend.addUsers((1...50).map { "user\($0)" })
        _ = try await SQLiteBackend.backUp(home.directory, to: copy.directory)
        let restored = try await copy.open()
        for person in people { #expect(try await restored.users.user(person) != nil) }
    }

    @Test func whatIsKeptBesideTheDatabaseComesAlong() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        try await home.open().close()
        try Data("a key".utf8).write(to: URL(fileURLWithPath: home.directory.path + "/key"))
        let result = try await SQLiteBackend.backUp(home.directory, to: copy.directory, with: ["key", "absent"])
        #expect(result.files == ["key"])
        let path = copy.directory.path + "/key"
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("a key".utf8))
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(rights?.intValue == 0o600)
    }

    @Test func aFileIsCopiedWholeOrNotAtAll() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        try await home.open().close()
        let key = URL(fileURLWithPath: home.directory.path + "/key")
        try Data(repeating: 1, count: FileCopy.maximumBytes + 1).write(to: key)
        await #expect {
            try await SQLiteBackend.backUp(home.directory, to: copy.directory, with: ["key"])
        } throws: {
            MsgError(wrapping: $0).code == .configuration
        }
        #expect(!FileManager.default.fileExists(atPath: copy.directory.path))
        try Data(repeating: 1, count: FileCopy.maximumBytes).write(to: key)
        _ = try await SQLiteBackend.backUp(home.directory, to: copy.directory, with: ["key"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy.directory.path + "/key")).count == FileCopy.maximumBytes)
    }

    @Test func whatWasThereBeforeACopyThatIsBrokenOffStays() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        try await home.open().close()
        try Data(repeating: 1, count: FileCopy.maximumBytes + 1)
            .write(to: URL(fileURLWithPath: home.directory.path + "/key"))
        try FileManager.default.createDirectory(atPath: copy.directory.path, withIntermediateDirectories: false)
        try Data().write(to: URL(fileURLWithPath: copy.directory.path + "/notes"))
        await #expect(throws: MsgError.self) {
            try await SQLiteBackend.backUp(home.directory, to: copy.directory, with: ["key"])
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: copy.directory.path) == ["notes"])
    }

    @Test func aCopyThatIsBrokenOffLeavesNoDatabaseAndCanBeMadeAgain() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        let backend = try await home.open()
        try await Self.fill(backend, rows: 60_000)
        try Data("a key".utf8).write(to: URL(fileURLWithPath: home.directory.path + "/key"))
        let steps = Atomic(0)
        let copying = Mutex<Task<BackupResult, any Error>?>(nil)
        let task = Task {
            try await SQLiteBackend.backUp(home.directory, to: copy.directory, with: ["key"]) { _, _ in
                steps.wrappingAdd(1, ordering: .relaxed)
                while copying.withLock({ $0 }) == nil { sched_yield() }
                copying.withLock { $0 }?.cancel()
            }
        }
        copying.withLock { $0 = task }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(steps.load(ordering: .relaxed) == 1)
        #expect(!FileManager.default.fileExists(atPath: copy.directory.path))
        // As a process that was killed leaves it.
        try FileManager.default.createDirectory(atPath: copy.directory.path, withIntermediateDirectories: false)
        try Data("half".utf8).write(to: URL(fileURLWithPath: copy.directory.databasePath + ".partial"))
        _ = try await SQLiteBackend.backUp(home.directory, to: copy.directory)
        #expect(copy.directory.hasDatabase)
    }

    @Test func oneThatIsThereIsKept() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        try await home.open().close()
        _ = try await SQLiteBackend.backUp(home.directory, to: copy.directory)
        for target in [copy.directory, home.directory] {
            await #expect {
                try await SQLiteBackend.backUp(home.directory, to: target)
            } throws: {
                MsgError(wrapping: $0).code == .conflict
            }
        }
    }

    @Test func aFileThatIsThereIsKept() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        try await home.open().close()
        try Data("a key".utf8).write(to: URL(fileURLWithPath: home.directory.path + "/key"))
        try FileManager.default.createDirectory(atPath: copy.directory.path, withIntermediateDirectories: false)
        let key = URL(fileURLWithPath: copy.directory.path + "/key")
        try Data("another's".utf8).write(to: key)
        await #expect {
            try await SQLiteBackend.backUp(home.directory, to: copy.directory, with: ["key"])
        } throws: {
            MsgError(wrapping: $0).code == .conflict
        }
        #expect(try Data(contentsOf: key) == Data("another's".utf8))
        #expect(!copy.directory.hasDatabase)
    }

    /// SQLite would take it for the copy's own.
    @Test func theLogOfAnotherDatabaseIsNotMixedWithACopy() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        try await home.open().close()
        try FileManager.default.createDirectory(atPath: copy.directory.path, withIntermediateDirectories: false)
        try Data("a log".utf8).write(to: URL(fileURLWithPath: copy.directory.databasePath + "-wal"))
        await #expect {
            try await SQLiteBackend.backUp(home.directory, to: copy.directory)
        } throws: {
            MsgError(wrapping: $0).code == .conflict
        }
        #expect(!copy.directory.hasDatabase)
    }

    @Test func whatAKilledCopyHasLeftIsWrittenOver() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        try await home.open().close()
        try Data("a key".utf8).write(to: URL(fileURLWithPath: home.directory.path + "/key"))
        try FileManager.default.createDirectory(atPath: copy.directory.path, withIntermediateDirectories: false)
        let key = URL(fileURLWithPath: copy.directory.path + "/key")
        try Data("half a".utf8).write(to: key)
        try Data("half".utf8).write(to: URL(fileURLWithPath: copy.directory.databasePath + ".partial"))
        _ = try await SQLiteBackend.backUp(home.directory, to: copy.directory, with: ["key"])
        #expect(try Data(contentsOf: key) == Data("a key".utf8))
    }

    @Test func aDirectoryInUseIsLeftAlone() async throws {
        let (home, other) = (try TestDirectory(), try TestDirectory())
        let backend = try await home.open()
        let inUse = try await other.open()
        await #expect {
            try await SQLiteBackend.backUp(home.directory, to: other.directory)
        } throws: {
            MsgError(wrapping: $0).code == .leaseHeld
        }
        try await inUse.close()
        try await backend.close()
    }

    @Test func anOlderSchemaIsNotTouched() async throws {
        let (home, copy) = (try TestDirectory(), try TestDirectory())
        let older = Array(Migration.all.dropLast())
        try await home.open(migrations: older).close()
        let result = try await SQLiteBackend.backUp(home.directory, to: copy.directory)
        #expect(result.schemaVersion == older.last?.version)
        for directory in [home.directory, copy.directory] {
            #expect(try await SQLiteBackend.schemaStatus(directory: directory.path).version == older.last?.version)
        }
    }

    /// Pages enough for several steps.
    private static func fill(_ backend: SQLiteBackend, rows: Int) async throws {
        try await backend.database.write {
            try $0.execute(
                sql: """
                    CREATE TABLE ballast (id INTEGER PRIMARY KEY, text TEXT);
                    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(rows))
                    INSERT INTO ballast (text) SELECT hex(randomblob(100)) FROM numbers
                    """)
        }
    }
}
