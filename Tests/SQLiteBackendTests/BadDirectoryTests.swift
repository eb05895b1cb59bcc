import Foundation
import GRDB
import MsgKit
import Testing

@testable import SQLiteBackend

/// Data directories that can't be used: each says what is wrong and what to do.
@Suite struct BadDirectoryTests {
    private func failure(opening path: String) async -> MsgError? {
        do {
            _ = try await SQLiteBackend.open(directory: DataDirectory(path: path), logger: TestDirectory.silent)
            return nil
        } catch {
            return MsgError(wrapping: error)
        }
    }

    @Test func aFileInPlaceOfTheDirectory() async throws {
        let home = try TestDirectory()
        #expect(FileManager.default.createFile(atPath: home.directory.path, contents: Data()))
        let error = try #require(await failure(opening: home.directory.path))
        #expect(error.code == .configuration)
        #expect(error.message.contains("is a file"))
    }

    @Test func aLinkToNothingInPlaceOfTheDirectory() async throws {
        let home = try TestDirectory()
        try FileManager.default.createSymbolicLink(
            atPath: home.directory.path, withDestinationPath: home.directory.path + "-absent")
        let error = try #require(await failure(opening: home.directory.path))
        #expect(error.code == .configuration)
        #expect(error.message.contains("is a link to something that is not there"))
        #expect(throws: MsgError.self) { try home.directory.isThere() }
    }

    @Test func aDirectoryThatIsAbsentIsNoFailure() async throws {
        let home = try TestDirectory()
        #expect(try !home.directory.isThere())
        #expect(try await SQLiteBackend.schemaStatus(directory: home.directory.path).version == 0)
        try home.directory.prepare()
        #expect(try home.directory.isThere())
    }

    @Test func aPathBelowAFile() async throws {
        let home = try TestDirectory()
        #expect(FileManager.default.createFile(atPath: home.directory.path, contents: Data()))
        let error = try #require(await failure(opening: home.directory.path + "/data"))
        #expect(error.code == .configuration)
        #expect(error.message.contains("can't be made"))
    }

    @Test func aDirectoryThatMayNotBeWrittenTo() async throws {
        let home = try TestDirectory()
        try await home.open().close()
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: home.directory.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: home.directory.path) }
        if geteuid() == 0 {
            // Root may write anywhere but into the kernel's own files.
            let error = try #require(await failure(opening: "/proc/msgctl"))
            #expect(error.code == .configuration)
        } else {
            let error = try #require(await failure(opening: home.directory.path))
            #expect(error.code == .configuration)
            #expect(error.message.contains("can't be written to"))
        }
    }

    @Test(arguments: [
        "not a database, whatever the name says, and longer than a header of one hundred bytes is, to be sure"
    ])
    func aFileThatIsNoDatabase(content: String) async throws {
        let home = try TestDirectory()
        try home.directory.prepare()
        try Data(content.utf8).write(to: URL(fileURLWithPath: home.directory.databasePath))
        let error = try #require(await failure(opening: home.directory.path))
        #expect(error.code == .configuration)
        #expect(error.message.contains("damaged or no SQLite database"))
        // What may be somebody's only copy is left as it was.
        #expect(try Data(contentsOf: URL(fileURLWithPath: home.directory.databasePath)) == Data(content.utf8))
    }

    @Test func aDamagedDatabase() async throws {
        let home = try TestDirectory()
        let backend = try await home.open()
        _ = try await backend.addUsers((1...200).map { "user\($0)" })
        try await backend.close()
        let url = URL(fileURLWithPath: home.directory.databasePath)
        var data = try Data(contentsOf: url)
        for offset in 100..<data.count where offset % 3 == 0 { data[offset] = 0xa5 }
        try data.write(to: url)
        let error = try #require(await failure(opening: home.directory.path))
        #expect(error.code == .configuration)
    }

    @Test func aDatabaseOfAnotherProgram() async throws {
        let home = try TestDirectory()
        let foreign = Migration(
            version: 1, name: "x", statements: "CREATE TABLE things (id INTEGER); DROP TABLE IF EXISTS y")
        let backend = try await home.open(migrations: [foreign])
        try await backend.database.write { try $0.execute(sql: "DROP TABLE schema_migrations") }
        try await backend.close()
        let error = try #require(await failure(opening: home.directory.path))
        #expect(error.code == .configuration)
        #expect(error.message.contains("another program"))
    }
}
