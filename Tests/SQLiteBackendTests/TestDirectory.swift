import Foundation
import Logging
import MsgKit

@testable import SQLiteBackend

/// A data directory of its own for each test, gone when the test is.
final class TestDirectory: Sendable {
    let directory: DataDirectory

    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/msgctl-test-\(UInt64.random(in: 0...UInt64.max))"
        directory = DataDirectory(path: path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory.path)
    }

    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

    func open(
        _ options: SQLiteOptions = SQLiteOptions(), clock: any WallClock = SystemClock()
    ) async throws -> SQLiteBackend {
        try await SQLiteBackend.open(directory: directory, options: options, logger: Self.silent, clock: clock)
    }

    /// An instance of this program of another version.
    func open(migrations: [Migration], version: String = "0.0.1") async throws -> SQLiteBackend {
        var options = SQLiteOptions(version: version)
        options.migrations = migrations
        return try await open(options)
    }
}
