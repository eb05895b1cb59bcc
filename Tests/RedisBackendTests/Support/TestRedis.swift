import Foundation
import Logging
import MsgKit
import MsgTestKit
import RedisBackend
import Synchronization
import Testing

@testable import RedisBackend

/// A backend with keys and channels of its own, which are removed in the end.
final class TestRedis: PresenceUnderTest, LeasesUnderTest, BusUnderTest, RateLimiterUnderTest, CacheUnderTest {
    let options: RedisOptions
    let backend: RedisBackend
    private let url: String
    private let others: Mutex<[TestRedis]> = Mutex([])

    init(url: String, options: RedisOptions, logger: Logger = TestRedis.logger) throws {
        self.url = url
        self.options = options
        backend = try RedisBackend.open(url: url, options: options, logger: logger)
    }

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Options with keys and channels of their own.
    static func options(_ change: (inout RedisOptions) -> Void = { _ in }) -> RedisOptions {
        var options = RedisOptions()
        let name = UUID().uuidString.lowercased().prefix(13)
        options.keyPrefix = "msgctl-test-\(name)"
        options.busKey = "socket.io-test-\(name)"
        // The machine of the tests may be busy.
        options.commandTimeout = .seconds(20)
        change(&options)
        return options
    }

    /// Puts an empty backend to a rule.
    static func check(
        url: String? = nil, options: RedisOptions = TestRedis.options(), _ rule: (TestRedis) async throws -> Void
    ) async throws {
        let url = try #require(url ?? EngineURL.redis)
        let backend = try TestRedis(url: url, options: options)
        do {
            try await rule(backend)
        } catch {
            try await backend.release()
            throw error
        }
        try await backend.removeKeys()
        try await backend.release()
    }

    func another() async throws -> TestRedis {
        let other = try TestRedis(url: url, options: options)
        others.withLock { $0.append(other) }
        // A cache has nothing, and no error, until it is connected.
        _ = try? await other.isThere()
        return other
    }

    func release() async throws {
        for other in others.withLock({ $0 }) { try await other.release() }
        await backend.close()
    }

    /// The only place that looks for keys by pattern: it stands in for a person who cleans up.
    func removeKeys() async throws {
        var cursor = "0"
        repeat {
            let reply = try await backend.client.send(
                RedisCommand("SCAN", cursor, "MATCH", options.keyPrefix + ":*", "COUNT", "1000"))
            let values = try #require(reply.array)
            cursor = try #require(values.first?.string)
            let keys = (values.last?.array ?? []).compactMap(\.string)
            guard !keys.isEmpty else { continue }
            var delete = RedisCommand("DEL")
            delete.append(contentsOf: keys)
            _ = try await backend.client.send(delete)
        } while cursor != "0"
    }

    var presence: any PresenceStore { backend.presence }
    var leases: any LeaseStore { backend.leases }
    var bus: any EventBus { backend.bus }
    var rateLimiter: any RateLimiter { backend.rateLimiter }
    var cache: any ResponseCache { backend.cache }
}
