import Foundation
import GRDB
import MsgKit
import Testing

@testable import SQLiteBackend

/// The settings that "stored" rests on, read back from the connections that write and read.
@Suite struct DurabilityTests {
    @Test func theWriterWaitsForTheDiskAtEveryCommit() async throws {
        let home = try TestDirectory()
        let backend = try await home.open()
        let settings = try await backend.database.pool.writeWithoutTransaction { db in
            try [
                "journal_mode", "synchronous", "foreign_keys", "fullfsync", "wal_autocheckpoint", "journal_size_limit",
            ]
            .map { try String.fetchOne(db, sql: "PRAGMA \($0)") ?? "" }
        }
        // 2 is FULL: the write-ahead log is synchronized at each commit.
        #expect(settings == ["wal", "2", "1", "1", "2000", "67108864"])
    }

    /// SQLite goes on in a file that has no name any more, where nobody finds it again.
    @Test(arguments: [false, true])
    func nothingIsAcknowledgedThatIsNotInTheDirectory(isReplaced: Bool) async throws {
        let home = try TestDirectory()
        let backend = try await home.open()
        let path = home.directory.databasePath
        try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        if isReplaced { try Data().write(to: URL(filePath: path)) }
        await #expect { _ = try await backend.addUsers(["ann"]) } throws: {
            MsgError(wrapping: $0).code == .unavailable
        }
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: path + ".old", toPath: path)
        #expect(try await backend.addUsers(["bob"]).count == 1, "it goes on when the file is back")
    }

    @Test func readersCannotWrite() async throws {
        let home = try TestDirectory()
        let backend = try await home.open()
        await #expect { try await backend.database.read { try $0.execute(sql: "DELETE FROM users") } } throws: {
            MsgError(wrapping: $0).code == .unavailable
        }
    }

    @Test func theDirectoryIsItsOwnersAlone() async throws {
        let home = try TestDirectory()
        _ = try await home.open()
        let attributes = try FileManager.default.attributesOfItem(atPath: home.directory.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o700)
    }

    @Test func whatIsStoredIsItsOwnersAlone() async throws {
        let home = try TestDirectory()
        let backend = try await home.open()
        try await backend.database.write { try $0.execute(sql: "DELETE FROM users") }
        for suffix in ["", "-wal", "-shm"] {
            let path = home.directory.databasePath + suffix
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(path)")
        }
    }

    @Test func anotherInstanceSeesWhatIsStoredAtOnce() async throws {
        let home = try TestDirectory()
        let (one, other) = (try await home.open(), try await home.open())
        for number in 1...50 {
            let user = Samples.user("user\(number)")
            try await one.users.insert(user)
            #expect(try await other.users.user(user.id) == user)
        }
    }

    @Test func writesOfTwoInstancesAreAllKept() async throws {
        let home = try TestDirectory()
        let instances = [try await home.open(), try await home.open()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask { try await instances[number % 2].users.insert(Samples.user("user\(number)")) }
            }
            try await group.waitForAll()
        }
        let page = try await instances[0].users.users(matching: UserFilter(), page: PageRequest(limit: 1))
        #expect(page.total == 400)
    }
}
