import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Synchronization
import Testing

@testable import RedisBackend

/// Records on a data directory of their own, with a cache of principals in front of them.
final class CachedRecords: RecordsUnderTest {
    let clock: any WallClock = SystemClock()
    let users: any UserStore
    let sessions: any SessionStore
    /// What answers when the cache has nothing.
    let counted: CountingSessions
    let redis: TestRedis
    let records: SQLiteBackend
    private let path: String
    private let others: Mutex<[CachedRecords]> = Mutex([])

    private init(path: String, redis: TestRedis) async throws {
        self.path = path
        self.redis = redis
        records = try await SQLiteBackend.open(
            directory: DataDirectory(path: path), logger: TestRedis.logger, clock: clock)
        counted = CountingSessions(records.sessions)
        users = InvalidatingUsers(records.users, cache: redis.cache)
        sessions = EagerSessions(CachedSessions(counted, cache: redis.cache))
    }

    static func check(_ rule: (CachedRecords) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "msgctl-redis-records-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await TestRedis.check { redis in
            try await redis.ping()
            let backend = try await CachedRecords(path: path, redis: redis)
            do {
                try await rule(backend)
            } catch {
                try await backend.release()
                throw error
            }
            try await backend.release()
        }
    }

    func another() async throws -> CachedRecords {
        let other = try await CachedRecords(path: path, redis: try await redis.another())
        others.withLock { $0.append(other) }
        return other
    }

    func release() async throws {
        for other in others.withLock({ $0 }) { try await other.release() }
        try await records.close()
    }

    var conversations: any ConversationStore { records.conversations }
    var directory: any ConversationDirectory { records.directory }
    var messages: any MessageStore { records.messages }
    var changes: any MessageChangeFeed { records.changes }
    var autoMessages: any AutoMessageStore { records.autoMessages }
    var plans: any PlanStore { records.plans }
    var exclusions: any ExclusionStore { records.exclusions }
    var phaseRuns: any PhaseRunStore { records.phaseRuns }
    var workers: any WorkerBoard { records.workers }
}
