import MsgTestKit
import Testing

@Suite(
    .enabled(if: EngineURL.redis != nil, "MSGCTL_TEST_REDIS_URL names no server; start one with scripts/services"),
    .timeLimit(.minutes(3)))
struct ConformanceTests {
    @Test(arguments: PresenceStoreSuite.all)
    func presence(_ rule: ConformanceCase<any PresenceUnderTest>) async throws {
        try await TestRedis.check { try await rule.check($0) }
    }

    @Test(arguments: LeaseStoreSuite.all)
    func leases(_ rule: ConformanceCase<any LeasesUnderTest>) async throws {
        try await TestRedis.check { try await rule.check($0) }
    }

    @Test(arguments: EventBusSuite.all)
    func bus(_ rule: ConformanceCase<any BusUnderTest>) async throws {
        try await TestRedis.check { try await rule.check($0) }
    }

    @Test(arguments: RateLimiterSuite.all)
    func rateLimiter(_ rule: ConformanceCase<any RateLimiterUnderTest>) async throws {
        try await TestRedis.check { try await rule.check($0) }
    }

    @Test(arguments: ResponseCacheSuite.all)
    func cache(_ rule: ConformanceCase<any CacheUnderTest>) async throws {
        try await TestRedis.check { redis in
            try await redis.ping()
            try await rule.check(redis)
        }
    }
}
