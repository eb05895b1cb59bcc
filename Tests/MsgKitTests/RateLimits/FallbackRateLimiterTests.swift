import Foundation
import MsgTestKit
import Synchronization
import Testing

@testable import MsgKit

struct FallbackRateLimiterTests {
    /// The limits of several processes, which an engine keeps that may be away.
    private final class Engine: RateLimiter {
        let asked = Journal<String>()
        private let uses = InProcessRateLimiter()
        private let failure = Mutex<(any Error)?>(nil)
        private let silence = Mutex<Latch?>(nil)

        func fail(_ error: (any Error)?) { failure.withLock { $0 = error } }

        /// Does not answer whoever asks next before it is opened.
        func keepWaiting(until latch: Latch) { silence.withLock { $0 = latch } }

        func take(
            _ key: RateLimitKey, limit: Int, window: Duration, at instant: Date
        ) async throws -> RateLimitDecision {
            let silence = silence.withLock { latch in
                defer { latch = nil }
                return latch
            }
            asked.note(key.text)
            await silence?.wait()
            if let error = failure.withLock({ $0 }) { throw error }
            return try await uses.take(key, limit: limit, window: window, at: instant)
        }
    }

    /// The time of the tests.
    private final class Clock: Sendable {
        private let instant = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func advance(by duration: Duration) { instant.withLock { $0 += duration } }
    }

    private let engine = Engine()
    private let clock = Clock()
    private let lines = Journal<String>()

    private func node() -> FallbackRateLimiter {
        FallbackRateLimiter(engine, logger: LogJournal.logger(lines), now: { [clock] in clock.now })
    }

    /// Whether the uses are allowed, of four in a minute.
    private func take(_ node: FallbackRateLimiter, _ count: Int) async throws -> [Bool] {
        var allowed: [Bool] = []
        for _ in 0..<count {
            let decision = try await node.take(
                RateLimitKey("log-in", "ada"), limit: 4, window: .seconds(60), at: FakeClock().now)
            allowed.append(decision.isAllowed)
        }
        return allowed
    }

    @Test func nodesCountTogetherWhileTheEngineIsThere() async throws {
        let (one, other) = (node(), node())
        #expect(try await take(one, 2) == [true, true])
        #expect(try await take(other, 3) == [true, true, false])
        #expect(try await take(one, 1) == [false])
        #expect(lines.entries.isEmpty)
    }

    @Test func eachCountsAloneWhileItIsAwayAndGoesOnFromWhatItKnows() async throws {
        let (one, other) = (node(), node())
        #expect(try await take(one, 3) == [true, true, true])
        engine.fail(MsgError(.unavailable, "Redis is away."))
        #expect(try await take(one, 2) == [true, false])
        #expect(try await take(other, 5) == [true, true, true, true, false])
        #expect(lines.entries.count == 2)
    }

    @Test func anEngineThatFailedIsLeftAloneForAMoment() async throws {
        let node = node()
        engine.fail(MsgError(.unavailable, "Redis is away."))
        _ = try await take(node, 3)
        #expect(engine.asked.entries.count == 1)
        clock.advance(by: FallbackRateLimiter.pause)
        _ = try await take(node, 3)
        #expect(engine.asked.entries.count == 2)
        clock.advance(by: FallbackRateLimiter.pause)
        engine.fail(nil)
        #expect(try await take(node, 2) == [true, true], "what was counted alone is not in the engine")
        #expect(engine.asked.entries.count == 4)
        #expect(lines.entries.map { $0.hasPrefix("warning:") } == [true, false])
    }

    @Test func whetherItIsBackIsAskedByOneWhileTheOthersGoOn() async throws {
        let node = node()
        engine.fail(MsgError(.unavailable, "Redis is away."))
        _ = try await take(node, 1)
        clock.advance(by: FallbackRateLimiter.pause)
        let latch = Latch()
        engine.keepWaiting(until: latch)
        async let first = take(node, 1)
        try await engine.asked.wait(for: 2)
        #expect(try await take(node, 2) == [true, true])
        #expect(engine.asked.entries.count == 2, "these did not ask")
        latch.open()
        #expect(try await first == [true])
        clock.advance(by: FallbackRateLimiter.pause)
        engine.fail(nil)
        _ = try await take(node, 2)
        #expect(engine.asked.entries.count == 4, "all ask once it is back")
    }

    @Test func whoGoesIsNotCounted() async throws {
        let node = node()
        engine.fail(CancellationError())
        await #expect(throws: CancellationError.self) { try await take(node, 1) }
        engine.fail(nil)
        #expect(try await take(node, 5) == [true, true, true, true, false])
    }
}
