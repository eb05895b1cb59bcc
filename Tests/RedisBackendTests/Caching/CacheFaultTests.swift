import Foundation
import MsgKit
import MsgTestKit
import Synchronization
import Testing

@testable import RedisBackend

/// The cache while the server can't be reached, and after it has come back with less than it had.
@Suite(
    .enabled(if: EngineURL.redis != nil, "MSGCTL_TEST_REDIS_URL names no server; start one with scripts/services"),
    .timeLimit(.minutes(2)))
struct CacheFaultTests {
    private static let key = CacheKey(user: nil, name: "a")
    private static let tag = CacheTag(rawValue: "tag")

    /// Two processes with one cache, the first of which is behind a proxy; both have found a value.
    private static func withTwo(_ body: (FaultProxy, _ near: TestRedis, _ far: TestRedis) async throws -> Void)
        async throws
    {
        let proxy = try await FaultProxy(to: try #require(EngineURL.hostAndPort))
        let options = TestRedis.options {
            $0.commandTimeout = .seconds(1)
            $0.connectTimeout = .seconds(1)
            $0.reconnectDelay = .milliseconds(20)...Duration.milliseconds(200)
        }
        do {
            // Database and server are the same for both.
            let database = URLComponents(string: EngineURL.redis ?? "")?.path.dropFirst() ?? ""
            try await TestRedis.check(url: proxy.url(database: Int(database) ?? 0), options: options) { near in
                let far = try await TestRedis.outside(options)
                try await near.ping()
                try await far.ping()
                guard case .miss(let ticket?) = await far.cache.lookup(key, tags: [tag]) else {
                    throw MsgError(.internalError, "There is no ticket.")
                }
                await far.cache.store(Data("old".utf8), for: ticket)
                #expect(await near.value() == "old")
                try await body(proxy, near, far)
                try await far.release()
            }
        } catch {
            try await proxy.close()
            throw error
        }
        try await proxy.close()
    }

    @Test func anInvalidationThatFailsIsMadeUpAndNothingOldIsAnsweredHere() async throws {
        try await Self.withTwo { proxy, near, far in
            proxy.stall()
            _ = await timeToFail(.unavailable) { try await near.cache.invalidate([Self.tag], ending: nil) }
            #expect(await far.value() == "old", "the other process can't know yet")
            proxy.resume()
            try await wait(for: "it is made up") {
                #expect(await near.value() == nil)
                return await far.value() == nil
            }
        }
    }

    @Test func aStrictChangeThatCouldNotInvalidateSaysSo() async throws {
        try await Self.withTwo { proxy, near, far in
            proxy.stall()
            let changes = Mutex(0)
            _ = await timeToFail(.unavailable) {
                try await near.cache.changingStrictly([Self.tag]) { changes.withLock { $0 += 1 } }
            }
            #expect(changes.withLock { $0 } == 1, "it was made all the same")
            proxy.resume()
            try await wait(for: "it is made up") { await far.value() == nil }
        }
    }

    @Test func aStrictChangeHoldsWhenTheServerGoesAwayInTheMiddle() async throws {
        try await Self.withTwo { proxy, near, far in
            try await near.cache.changingStrictly([Self.tag]) {
                proxy.stall()
                #expect(await far.value() == nil)
            }
            if case .miss(nil) = await far.cache.lookup(Self.key, tags: [Self.tag]) {
            } else {
                Issue.record("what is read now may still be from before the change, as far as anybody knows")
            }
            proxy.resume()
            try await wait(for: "it ends when the server is back") {
                if case .miss(.some) = await far.cache.lookup(Self.key, tags: [Self.tag]) { true } else { false }
            }
        }
    }

    @Test func aChangeWhoseProcessDiedEndsByItself() async throws {
        try await Self.withTwo { _, near, far in
            _ = try await near.cache.suspend([Self.tag])
            #expect(await far.value() == nil)
            let hold = "\(near.options.keyPrefix):cache:hold:\(Self.tag.rawValue)"
            let left = try #require(try await far.backend.client.send(RedisCommand("PTTL", hold)).integer)
            #expect((100_000...120_000).contains(left))
        }
    }

    @Test func aCancelledChangeIsInvalidatedAllTheSame() async throws {
        try await Self.withTwo { _, near, far in
            let change = Task {
                try await near.cache.changing([Self.tag]) {
                    while !Task.isCancelled { await Task.yield() }
                }
            }
            change.cancel()
            try await change.value
            #expect(await far.value() == nil)
        }
    }

    @Test func answersExpire() async throws {
        try await TestRedis.check(options: TestRedis.options { $0.cacheLifetime = .milliseconds(100) }) { redis in
            try await redis.ping()
            if case .miss(let ticket?) = await redis.cache.lookup(Self.key, tags: [Self.tag]) {
                await redis.cache.store(Data("old".utf8), for: ticket)
            }
            try await wait(for: "it has expired") { await redis.value() == nil }
        }
    }

    @Test(.enabled(if: RedisServer.executable != nil, "redis-server is not installed"))
    func aServerThatComesBackFromASnapshotAnswersNothingOld() async throws {
        let server = try await RedisServer()
        defer { server.remove() }
        try await server.start()
        let options = TestRedis.options { $0.reconnectDelay = .milliseconds(20)...Duration.milliseconds(200) }
        let redis = try TestRedis(url: "redis://127.0.0.1:\(server.port)", options: options)
        try await redis.ping()
        guard case .miss(let ticket?) = await redis.cache.lookup(Self.key, tags: [Self.tag]) else {
            throw MsgError(.internalError, "There is no ticket.")
        }
        await redis.cache.store(Data("old".utf8), for: ticket)
        #expect(await redis.value() == "old")
        _ = try await redis.backend.client.send(RedisCommand("SAVE"))
        try await redis.cache.invalidate([Self.tag], ending: nil)
        server.kill()
        try await server.start()
        try await wait(for: "it is back") { try await redis.isThere() }
        let entry = "\(options.keyPrefix):cache:entry:-:a"
        #expect(try await redis.backend.client.send(RedisCommand("EXISTS", entry)).integer == 1)
        #expect(await redis.value() == nil)
        try await redis.release()
    }

    @Test(.enabled(if: RedisServer.executable != nil, "redis-server is not installed"))
    func aServerThatDoesNotSayWhoItIsCachesNothing() async throws {
        let server = try await RedisServer { port, _ in
            ["--port", "\(port)", "--user", "anna", "on", ">secret", "~*", "&*", "+@all", "-info"]
        }
        defer { server.remove() }
        try await server.start()
        let redis = try TestRedis(url: "redis://anna:secret@127.0.0.1:\(server.port)", options: TestRedis.options())
        try await redis.works()
        if case .miss(nil) = await redis.cache.lookup(Self.key, tags: [Self.tag]) {
        } else {
            Issue.record("it may be another server at any time")
        }
        try await redis.release()
    }
}

extension TestRedis {
    fileprivate func value() async -> String? {
        let (key, tag) = (CacheKey(user: nil, name: "a"), CacheTag(rawValue: "tag"))
        guard case .hit(let data) = await cache.lookup(key, tags: [tag]) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
