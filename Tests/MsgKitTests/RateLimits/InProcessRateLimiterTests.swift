import Foundation
import MsgKit
import MsgTestKit
import Testing

/// All processes of the suite are this one.
private struct OneProcess: RateLimiterUnderTest {
    let rateLimiter: any RateLimiter = InProcessRateLimiter()

    func another() async throws -> OneProcess { self }
    func release() async throws {}
}

struct InProcessRateLimiterTests {
    @Test(arguments: RateLimiterSuite.all)
    func rules(_ rule: ConformanceCase<any RateLimiterUnderTest>) async throws {
        try await rule.check(OneProcess())
    }

    @Test func keysThatAreNotUsedAreForgotten() async throws {
        let limiter = InProcessRateLimiter(maximumKeys: 1_000)
        let now = FakeClock().now
        func take(_ subject: String) async throws -> Bool {
            try await limiter.take(
                RateLimitKey("log-in", subject), limit: 1, window: .seconds(60), at: now
            ).isAllowed
        }
        #expect(try await take("busy"))
        for number in 0..<20_000 {
            #expect(try await take("\(number)"))
            #expect(limiter.keyCount <= 1_000)
            if number % 100 == 0 { #expect(try await !take("busy"), "it is in use") }
        }
        #expect(try await !take("19999"))
        #expect(try await take("0"), "forgotten long ago")
    }

    @Test func keysOfOneActionDoNotPushOutThoseOfAnother() async throws {
        let limiter = InProcessRateLimiter(maximumKeys: 100)
        let now = FakeClock().now
        func take(_ action: String, _ subject: String) async throws -> Bool {
            try await limiter.take(RateLimitKey(action, subject), limit: 1, window: .seconds(60), at: now).isAllowed
        }
        #expect(try await take("logins-900", "ada"))
        for number in 0..<1_000 { #expect(try await take("requests-900", "\(number)")) }
        #expect(try await !take("logins-900", "ada"))
    }

    @Test func aRefusalTellsHowLongAClockThatWasSetBackKeepsOut() async throws {
        let limiter = InProcessRateLimiter()
        let start = FakeClock().now
        func take(at second: Double) async throws -> RateLimitDecision {
            try await limiter.take(
                RateLimitKey("log-in", "ada"), limit: 1, window: .seconds(160), at: start.addingTimeInterval(second))
        }
        #expect(try await take(at: 100).isAllowed)
        let refused = try await take(at: 0)
        #expect(!refused.isAllowed && refused.resetsAfter > .seconds(160 + 90))
        #expect(try await take(at: refused.resetsAfter.seconds).isAllowed)
    }

    /// What a client sent as a key, or an operator as a limit, must not end the process.
    @Test func anyWindowAndInstant() async throws {
        let limiter = InProcessRateLimiter()
        let windows: [Duration] = [.zero, .seconds(-5), .nanoseconds(1), .seconds(1 << 40), .seconds(Int64.max)]
        for window in windows {
            for instant in [Date(timeIntervalSince1970: -1), .distantPast, .distantFuture, FakeClock().now] {
                for limit in [1, Int.max, 0, Int.min] {
                    let decision = try await limiter.take(
                        RateLimitKey("any", "\(window) \(instant) \(limit)"), limit: limit, window: window, at: instant)
                    #expect(decision.isAllowed == (limit > 0))
                    #expect(decision.resetsAfter > .zero)
                    _ = try await limiter.take(
                        RateLimitKey("any", "\(window) \(instant)"), limit: limit, window: window, at: instant)
                }
            }
        }
    }
}
