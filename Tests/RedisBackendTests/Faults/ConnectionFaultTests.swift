import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import RedisBackend

/// What callers see while the server can't be reached, and that everything comes back by itself.
@Suite(
    .enabled(if: EngineURL.redis != nil, "MSGCTL_TEST_REDIS_URL names no server; start one with scripts/services"),
    .timeLimit(.minutes(2)))
struct ConnectionFaultTests {
    private static func options(_ change: (inout RedisOptions) -> Void = { _ in }) -> RedisOptions {
        TestRedis.options { options in
            options.commandTimeout = .seconds(1)
            options.connectTimeout = .seconds(1)
            options.keepAliveInterval = .milliseconds(200)
            options.reconnectDelay = .milliseconds(20)...Duration.milliseconds(200)
            change(&options)
        }
    }

    private static func withProxy(
        isListening: Bool = true, options: RedisOptions = options(),
        _ body: (FaultProxy, TestRedis) async throws -> Void
    ) async throws {
        let proxy = try await FaultProxy(to: try #require(EngineURL.hostAndPort), isListening: isListening)
        do {
            try await TestRedis.check(url: proxy.url(), options: options) { redis in
                try await body(proxy, redis)
                try await redis.works()
            }
        } catch {
            try await proxy.close()
            throw error
        }
        try await proxy.close()
    }

    @Test func itOpensWithoutAServerAndFindsItLater() async throws {
        try await Self.withProxy(isListening: false) { proxy, redis in
            let elapsed = await timeToFail(.unavailable) { try await redis.ping() }
            #expect(elapsed < .seconds(3))
            await #expect(throws: MsgError.self) { try await redis.backend.probe.probe() }
            let stream = try await redis.bus.commands()
            try await proxy.listen()
            try await wait(for: "it finds the server") { try await redis.isThere() }
            try await redis.hears(on: stream)
        }
    }

    @Test func aStalledConnectionFailsCallsInTimeAndIsReplaced() async throws {
        try await Self.withProxy { proxy, redis in
            try await redis.ping()
            proxy.stall()
            let times = try await withThrowingTaskGroup(of: Duration.self) { group in
                for _ in 0..<50 { group.addTask { await timeToFail(.unavailable) { try await redis.ping() } } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(times.allSatisfy { $0 < .seconds(5) }, "\(times.max() ?? .zero)")
            let again = await timeToFail(.unavailable) { try await redis.ping() }
            #expect(again < .seconds(5), "the new connection is as silent")
            for _ in 0..<3 { _ = await timeToFail(.unavailable) { try await redis.ping() } }
            #expect(proxy.channelCount <= 6, "a connection that came to nothing is closed")
            proxy.resume()
            try await wait(for: "it is back") { try await redis.isThere() }
        }
    }

    @Test func aCutConnectionIsReplacedAndSubscribesAgain() async throws {
        try await Self.withProxy { proxy, redis in
            let losses = Journal<Void>()
            let reader = Task { for await loss in redis.backend.losses.losses() { losses.note(loss) } }
            let stream = try await redis.bus.commands()
            try await redis.hears(on: stream)
            for _ in 0..<3 {
                // The keep-alive is impatient here, and a busy machine may have cut it off as well.
                let before = try await losses.wait(for: 1).count
                await proxy.cut()
                try await wait(for: "it is back") { try await redis.isThere() }
                try await redis.hears(on: stream)
                try await losses.wait(for: before + 1)
            }
            reader.cancel()
        }
    }

    @Test func aSilentSubscriptionIsFoundOut() async throws {
        try await Self.withProxy { proxy, redis in
            let stream = try await redis.bus.commands()
            let outside = try await TestRedis.outside(redis.options)
            proxy.stall()
            try await wait(for: "its connection was dropped") { try await outside.subscribers() == 0 }
            proxy.resume()
            try await redis.hears(on: stream)
            try await outside.release()
        }
    }

    @Test func whatWaitsHasABound() async throws {
        let options = Self.options {
            $0.maximumPendingCommands = 100
            $0.keepAliveInterval = .seconds(60)
        }
        try await Self.withProxy(options: options) { proxy, redis in
            try await redis.ping()
            proxy.stall()
            let codes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                for _ in 0..<300 {
                    group.addTask {
                        do {
                            try await redis.ping()
                            return nil
                        } catch {
                            return (error as? MsgError)?.code
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == .unavailable } == 100)
            #expect(codes.count { $0 == .serverBusy } == 200)
            proxy.resume()
            try await wait(for: "it is back") { try await redis.isThere() }
            // What failed has given its room back.
            for _ in 0..<5 {
                _ = try await redis.backend.client.send(Array(repeating: RedisCommand("PING"), count: 100))
            }
        }
    }

    @Test func aCancelledCallEndsAtOnceAndGivesItsRoomBack() async throws {
        let options = Self.options {
            $0.maximumPendingCommands = 1
            $0.commandTimeout = .seconds(60)
            $0.keepAliveInterval = .seconds(60)
        }
        try await Self.withProxy(options: options) { proxy, redis in
            try await redis.ping()
            proxy.stall()
            let call = Task { try await redis.ping() }
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            proxy.resume()
            // Its reply comes and finds nobody; until then it counts.
            try await wait(for: "the room is there again") { try await redis.isThere() }
        }
    }

    @Test func closingEndsCalls() async throws {
        try await Self.withProxy { proxy, redis in
            let other = try await redis.another()
            try await other.ping()
            let stream = try await other.bus.commands()
            proxy.stall()
            async let elapsed = timeToFail(.unavailable) { try await other.ping() }
            try await other.release()
            #expect(await elapsed < .seconds(1))
            for await _ in stream { Issue.record("nothing was sent") }
            await timeToFail(.unavailable) { try await other.ping() }.isLess(than: .milliseconds(500))
            proxy.resume()
            try await wait(for: "it is back") { try await redis.isThere() }
        }
    }

    @Test func aScriptThatTheServerHasForgottenIsSentAgain() async throws {
        try await Self.withProxy { _, redis in
            _ = try await redis.backend.client.send(RedisCommand("SCRIPT", "FLUSH"))
            try await redis.works()
        }
    }
}

extension Duration {
    fileprivate func isLess(than limit: Duration) { #expect(self < limit) }
}
