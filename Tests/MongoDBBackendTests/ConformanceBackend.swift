import MsgKit
import MsgTestKit

@testable import MongoDBBackend

/// A backend on a database of its own.
final class ConformanceBackend: RecordsUnderTest {
    let clock: any WallClock = SystemClock()
    private let database: TestDatabase
    private let backend: MongoDBBackend

    private init(_ database: TestDatabase) throws {
        self.database = database
        backend = try database.open(clock: clock)
    }

    /// Puts an empty backend to a rule.
    static func check(_ server: TestServer, _ rule: (any RecordsUnderTest) async throws -> Void) async throws {
        try await TestDatabase.with(server) { try await rule(try ConformanceBackend($0)) }
    }

    func another() async throws -> ConformanceBackend { try ConformanceBackend(database) }

    func release() async throws { await backend.close() }

    var users: any UserStore { backend.users }
    var sessions: any SessionStore { backend.sessions }
    var conversations: any ConversationStore { backend.conversations }
    var directory: any ConversationDirectory { backend.directory }
    var messages: any MessageStore { backend.messages }
    var changes: any MessageChangeFeed { backend.changes }
    var autoMessages: any AutoMessageStore { backend.autoMessages }
    var plans: any PlanStore { backend.plans }
    var exclusions: any ExclusionStore { backend.exclusions }
    var phaseRuns: any PhaseRunStore { backend.phaseRuns }
    var workers: any WorkerBoard { backend.workers }
}
