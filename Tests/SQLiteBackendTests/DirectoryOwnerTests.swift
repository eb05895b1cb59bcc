import Foundation
import Testing

@testable import SQLiteBackend

/// What a command makes in a data directory that root runs on, though it is another user's.
@Suite struct DirectoryOwnerTests {
    private static let service: uid_t = 65_534

    private func owner(of path: String) throws -> uid_t {
        var information = stat()
        try #require(lstat(path, &information) == 0, "\(path)")
        return information.st_uid
    }

    /// Only root can give a directory away; for anybody else it stays their own, and so does all that is made in it.
    private func emptyDirectory() throws -> (home: TestDirectory, owner: uid_t) {
        let home = try TestDirectory()
        try FileManager.default.createDirectory(atPath: home.directory.path, withIntermediateDirectories: false)
        if geteuid() == 0 { try #require(chown(home.directory.path, Self.service, Self.service) == 0) }
        return (home, try owner(of: home.directory.path))
    }

    @Test func everythingThatIsMadeInADirectoryIsItsOwners() async throws {
        let (home, owner) = try emptyDirectory()
        let backend = try await home.open()
        _ = try await backend.addUsers(["ada"])
        // While it is open: the log beside the database and the process' own file are there, too.
        let paths = try FileManager.default.subpathsOfDirectory(atPath: home.directory.path)
        #expect(paths.contains("msgctl.sqlite3-wal") && paths.contains { $0.hasPrefix("processes/") })
        for path in paths { #expect(try self.owner(of: home.directory.path + "/" + path) == owner, "\(path)") }
        try await backend.close()
    }

    @Test func afterwardsTheOwnerMayOpenIt() async throws {
        let (home, owner) = try emptyDirectory()
        try await home.open().close()
        for name in ["processes", "msgctl.lock", "msgctl.sqlite3"] {
            #expect(try self.owner(of: home.directory.path + "/" + name) == owner, "\(name)")
        }
    }

    /// The owner of the directory could lead root to any file of the machine.
    @Test func whatALinkLeadsToIsNotGivenAway() throws {
        guard geteuid() == 0 else { return }
        let (home, _) = try emptyDirectory()
        let stranger = try TestDirectory().directory.path
        #expect(FileManager.default.createFile(atPath: stranger, contents: Data("kept".utf8)))
        defer { unlink(stranger) }
        let link = home.directory.lockPath
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: stranger)
        #expect(DirectoryOwner(holding: link).openFile(link, O_RDWR | O_TRUNC) < 0)
        #expect(throws: (any Error).self) { _ = try LockFile(path: link) }
        #expect(try owner(of: stranger) == 0)
        #expect(FileManager.default.contents(atPath: stranger) == Data("kept".utf8))
    }

    @Test func aFileThatIsThereKeepsItsOwner() throws {
        let (home, _) = try emptyDirectory()
        let path = home.directory.path + "/something"
        #expect(FileManager.default.createFile(atPath: path, contents: Data("kept".utf8)))
        let before = try owner(of: path)
        let descriptor = DirectoryOwner(holding: path).openFile(path, O_RDWR)
        #expect(descriptor >= 0)
        close(descriptor)
        #expect(try owner(of: path) == before)
        #expect(FileManager.default.contents(atPath: path) == Data("kept".utf8))
    }
}
