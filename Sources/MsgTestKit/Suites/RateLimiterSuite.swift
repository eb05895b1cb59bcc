import Foundation
import MsgKit
import Testing

/// The rules of ``RateLimiter``.
public enum RateLimiterSuite {
    public static let all: [ConformanceCase<any RateLimiterUnderTest>] = [
        .init("as many as the limit are allowed, and told how many more", limit),
        .init("a use leaves the window with it, and not much later", window),
        .init("keys are apart", keys),
        .init("a limit of nothing refuses everything", nothing),
        .init("a clock that is set back keeps nobody out for long", clockSetBack),
        .init("of concurrent uses as many as the limit are allowed", concurrent),
        .init("in no window more than the limit are allowed, and refused is only what it would be too much for", model),
    ]

    private static let make = Fixtures()
    private static let minute = Duration.seconds(60)

    private static func take(
        _ backend: any RateLimiterUnderTest, _ subject: String = "anna", limit: Int = 3, at second: Int
    ) async throws -> RateLimitDecision {
        try await backend.rateLimiter.take(
            RateLimitKey("log-in", subject), limit: limit, window: minute, at: make.instant(.seconds(second)))
    }

    private static func limit(_ backend: any RateLimiterUnderTest) async throws {
        let elsewhere = try await backend.another()
        for (number, place) in [backend, elsewhere, backend].enumerated() {
            let decision = try await take(place, at: 1)
            #expect(decision.isAllowed)
            #expect(decision.limit == 3)
            #expect(decision.remaining == 2 - number)
        }
        for place in [backend, elsewhere] {
            let decision = try await take(place, at: 30)
            #expect(!decision.isAllowed)
            #expect(decision.remaining == 0)
            #expect(decision.resetsAfter > .seconds(30) && decision.resetsAfter <= .seconds(36))
        }
    }

    private static func window(_ backend: any RateLimiterUnderTest) async throws {
        for second in [0, 20, 40] { #expect(try await take(backend, at: second).isAllowed) }
        #expect(try await !take(backend, at: 59).isAllowed)
        let freed = try await take(backend, at: 64)
        #expect(freed.isAllowed, "the first is 64 seconds old, a sixteenth more than the window")
        #expect(freed.remaining == 0)
        #expect(try await !take(backend, at: 79).isAllowed)
        #expect(try await take(backend, at: 84).isAllowed)
        let later = try await take(backend, at: 500)
        #expect(later.isAllowed && later.remaining == 2, "all have left")
    }

    private static func keys(_ backend: any RateLimiterUnderTest) async throws {
        let long = String(repeating: "long ", count: 10_000)
        for subject in ["anna", "bert", "", "ä:\u{0}\r\n*", long, long + "er"] {
            for _ in 0..<3 { #expect(try await take(backend, subject, at: 1).isAllowed) }
            #expect(try await !take(backend, subject, at: 1).isAllowed)
        }
        let other = try await backend.rateLimiter.take(
            RateLimitKey("register", "anna"), limit: 3, window: minute, at: make.instant(.seconds(1)))
        #expect(other.isAllowed)
    }

    private static func nothing(_ backend: any RateLimiterUnderTest) async throws {
        for limit in [0, -1] {
            let decision = try await take(backend, limit: limit, at: 1)
            #expect(!decision.isAllowed)
            #expect(decision.remaining == 0)
            #expect(decision.resetsAfter > .zero)
        }
    }

    private static func clockSetBack(_ backend: any RateLimiterUnderTest) async throws {
        let day = 86_400
        for _ in 0..<3 { #expect(try await take(backend, at: day).isAllowed) }
        #expect(try await !take(backend, at: day).isAllowed)
        let back = try await take(backend, at: 1)
        #expect(back.isAllowed && back.remaining == 2, "what was counted a day ahead is forgotten")
        // A process whose clock is somewhat ahead counts with the others.
        for _ in 0..<2 { #expect(try await take(backend, at: 30).isAllowed) }
        #expect(try await !take(backend, at: 1).isAllowed)
    }

    private static func concurrent(_ backend: any RateLimiterUnderTest) async throws {
        let elsewhere = try await backend.another()
        let decisions = try await concurrently(60) { number in
            try await take(number % 2 == 0 ? backend : elsewhere, limit: 20, at: 1)
        }
        #expect(decisions.count(where: \.isAllowed) == 20)
    }

    private static func model(_ backend: any RateLimiterUnderTest) async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        let (limit, window, slice) = (5, 16_000, 1_000)
        // When a use was allowed, in milliseconds.
        var allowed: [Int] = []
        var now = 0
        for _ in 0..<400 {
            now += Int.random(in: 0...3, using: &random) == 0 ? Int.random(in: 0..<20_000, using: &random) : 400
            let decision = try await backend.rateLimiter.take(
                RateLimitKey("model", "\(seed)"), limit: limit, window: .milliseconds(window),
                at: make.instant(.milliseconds(now)))
            let inWindow = allowed.count { $0 > now - window }
            let inLonger = allowed.count { $0 > now - window - slice }
            if decision.isAllowed {
                #expect(inWindow < limit, "seed \(seed), \(now) ms")
                allowed.append(now)
            } else {
                #expect(inLonger >= limit, "seed \(seed), \(now) ms")
                // What it says about the next try is true.
                let next = now + Int((decision.resetsAfter.seconds * 1000).rounded())
                #expect(allowed.count { $0 / slice >= next / slice - 16 } < limit, "seed \(seed), \(now) ms")
            }
        }
    }
}
