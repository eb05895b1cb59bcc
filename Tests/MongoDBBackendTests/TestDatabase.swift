import Foundation
import Logging
import MsgKit
import Synchronization

@testable import MongoDBBackend

/// A database of a test's own, dropped in the end.
final class TestDatabase: Sendable {
    let server: TestServer
    let name: String
    private let opened = Mutex<[MongoDBBackend]>([])

    private init(server: TestServer) {
        self.server = server
        name = "msgctl_test_\(UInt64.random(in: .min ... .max))"
    }

    static func with<Value>(_ server: TestServer, _ body: (TestDatabase) async throws -> Value) async throws -> Value {
        try await TestSlots.shared.use {
            let database = TestDatabase(server: server)
            do {
                let value = try await body(database)
                try await database.remove()
                return value
            } catch {
                try? await database.remove()
                throw error
            }
        }
    }

    /// Another instance on the database, as another process would have it.
    func open(
        url: String? = nil, clock: any WallClock = SystemClock(),
        _ change: (inout MongoDBOptions) -> Void = { _ in }
    ) throws -> MongoDBBackend {
        var options = MongoDBOptions(url: Secret(url ?? server.url), database: name, connections: 6)
        options.operationTimeout = .seconds(20)
        change(&options)
        let backend = try MongoDBBackend(options: options, logger: Self.logger, clock: clock)
        opened.withLock { $0.append(backend) }
        return backend
    }

    static var logger: Logger {
        var logger = Logger(label: "msgctl.test")
        logger.logLevel = .error
        return logger
    }

    private func remove() async throws {
        let sweeper = try open()
        _ = try await sweeper.database.maintain { try $0.run(["dropDatabase": 1], isWrite: true) }
        for backend in opened.withLock({ $0 }) { await backend.close() }
    }
}
