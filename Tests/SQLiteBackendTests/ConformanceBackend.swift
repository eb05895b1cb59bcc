import Foundation
import Logging
import MsgKit
import MsgTestKit
import SQLiteBackend
import Synchronization

/// A backend on a data directory of its own, which is removed in the end.
final class ConformanceBackend: RecordsUnderTest, PresenceUnderTest, QueueUnderTest, SearchUnderTest, LeasesUnderTest,
    BusUnderTest
{
    let visibilityTimeout: Duration
    let retryDelay = Duration.milliseconds(150)
    let clock: any WallClock

    private let path: String
    private let backend: SQLiteBackend
    private let others: Mutex<[ConformanceBackend]> = Mutex([])

    private init(path: String, visibilityTimeout: Duration, clock: any WallClock) async throws {
        self.path = path
        self.clock = clock
        self.visibilityTimeout = visibilityTimeout
        var logger = Logger(label: "msgctl.conformance")
        logger.logLevel = .error
        backend = try await SQLiteBackend.open(
            directory: DataDirectory(path: path), options: SQLiteOptions(visibilityTimeout: visibilityTimeout),
            logger: logger, clock: clock)
    }

    /// Puts an empty backend to a rule.
    static func check(
        visibilityTimeout: Duration = .seconds(60), clock: any WallClock = SystemClock(),
        _ rule: (ConformanceBackend) async throws -> Void
    ) async throws {
        let path = NSTemporaryDirectory() + "msgctl-conformance-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let backend = try await ConformanceBackend(path: path, visibilityTimeout: visibilityTimeout, clock: clock)
        do {
            try await rule(backend)
        } catch {
            try await backend.release()
            throw error
        }
        try await backend.release()
    }

    func another() async throws -> ConformanceBackend {
        let other = try await ConformanceBackend(path: path, visibilityTimeout: visibilityTimeout, clock: clock)
        others.withLock { $0.append(other) }
        return other
    }

    func release() async throws {
        for other in others.withLock({ $0 }) { try await other.release() }
        try await backend.close()
    }

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
    var queue: any JobQueue { backend.queue }
    var deadLetters: any DeadLetterQueue { backend.deadLetters }
    var search: any RebuildableSearchIndex { backend.search }
    var presence: any PresenceStore { backend.presence }
    var leases: any LeaseStore { backend.leases }
    var bus: any EventBus { backend.bus }
}
