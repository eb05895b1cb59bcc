import Foundation
import MsgTestKit
import Testing

@testable import MsgKit

struct RateLimitsTests {
    private let clock = FakeClock()
    private let limiter = InProcessRateLimiter()

    private func limits(_ change: (inout Configuration.Limits) -> Void = { _ in }) -> RateLimits {
        var limits = Configuration.Limits()
        change(&limits)
        return RateLimits(limits, limiter: limiter, clock: clock)
    }

    /// How often an action is allowed before it is refused, up to 1,000 times.
    private func allowed(_ action: LimitedAction, by limits: RateLimits) async -> Int {
        for count in 0..<1_000 {
            do { try await limits.take(action) } catch { return count }
        }
        return 1_000
    }

    @Test func theDefaultsAreThoseOfTheOriginal() async {
        let address = IPAddress("192.0.2.1")
        #expect(await allowed(.request(from: address), by: limits()) == 100)
        #expect(await allowed(.logIn(account: "ada@example.org", from: address), by: limits()) == 5)
        #expect(await allowed(.message(by: ObjectIdentifierGenerator().next(User.self)), by: limits()) == 10)
    }

    @Test func whatIsCountedTogether() async throws {
        let (one, other) = (IPAddress("192.0.2.1"), IPAddress("192.0.2.2"))
        let same: [(LimitedAction, LimitedAction)] = [
            (.request(from: one), .request(from: IPAddress("::ffff:192.0.2.1"))),
            (.request(from: IPAddress("2001:db8::1")), .request(from: IPAddress("2001:db8::ffff:1"))),
            (.request(from: one), .request(from: IPAddress("2002:c000:201:7::1"))),
            (.logIn(account: "ada@example.org", from: one), .logIn(account: " ADA@Example.org ", from: one)),
            (.request(from: nil), .request(from: nil)),
        ]
        for (first, second) in same { #expect(first.key(per: .seconds(1)) == second.key(per: .seconds(1))) }
        let apart: [LimitedAction] = [
            .request(from: one), .request(from: other), .request(from: nil), .request(from: IPAddress("2001:db8::1")),
            .request(from: IPAddress("2001:db8:0:1::1")), .logIn(account: "ada@example.org", from: one),
            .logIn(account: "ada@example.org", from: other), .logIn(account: "eve@example.org", from: one),
            .message(by: ObjectIdentifierGenerator().next(User.self)),
        ]
        #expect(Set(apart.map { $0.key(per: .seconds(1)) }).count == apart.count)
        #expect(Set(apart.map { $0.key(per: .seconds(60)) }).isDisjoint(with: apart.map { $0.key(per: .seconds(1)) }))
    }

    /// A network of 48 bits has 65,536 of those that count as one household.
    @Test func logInsFromAllNetworksOfASiteCountTogetherTenfold() async throws {
        let limits = limits { $0.logins = RateLimit(3, per: .seconds(60)) }
        func logIn(_ account: String, from network: Int, of site: String = "2001:db8:1") async -> Bool {
            let address = IPAddress("\(site):\(String(network, radix: 16))::1")
            do { try await limits.take(.logIn(account: account, from: address)) } catch { return false }
            return true
        }
        var allowed = 0
        for network in 0..<100 where await logIn("ada", from: network) { allowed += 1 }
        #expect(allowed == 30)
        #expect(await logIn("eve", from: 200))
        #expect(await logIn("ada", from: 1, of: "2001:db8:2"))
        #expect(await self.allowed(.logIn(account: "ada", from: IPAddress("192.0.2.1")), by: limits) == 3)
        #expect(await self.allowed(.request(from: IPAddress("2001:db8:1:300::1")), by: limits) == 100)
    }

    @Test func theHighestLimitIsNoTrouble() async throws {
        let limits = limits { $0.logins = RateLimit(.max, per: .seconds(60)) }
        try await limits.take(.logIn(account: "ada", from: IPAddress("2001:db8::1")))
    }

    @Test func whoIsRefusedIsToldWhenToComeAgain() async throws {
        let limits = limits { $0.messages = RateLimit(1, per: .seconds(160)) }
        let user = ObjectIdentifierGenerator().next(User.self)
        try await limits.take(.message(by: user))
        let refusal = await #expect(throws: MsgError.self) { try await limits.take(.message(by: user)) }
        let wait = try #require(refusal?.retryAfter)
        #expect(refusal?.code == .rateLimited && wait > .zero && wait <= .seconds(170))
        #expect(refusal?.message.hasSuffix("try again in \(wait.wholeSecondsUp) seconds.") == true)
        clock.advance(by: wait - .milliseconds(1))
        await #expect(throws: MsgError.self) { try await limits.take(.message(by: user)) }
        clock.advance(by: .milliseconds(1))
        try await limits.take(.message(by: user))
    }

    @Test func whatIsOffIsNotCounted() async throws {
        let limits = limits { $0.requests = nil }
        let record = RateLimitRecord()
        try await limits.take(.request(from: nil), noting: record)
        #expect(limiter.keyCount == 0 && record.tightest == nil)
    }

    @Test func theTightestOfSeveralIsTold() async throws {
        let limits = limits()
        let record = RateLimitRecord()
        let user = ObjectIdentifierGenerator().next(User.self)
        try await limits.take(.request(from: nil), noting: record)
        #expect(record.tightest?.decision.remaining == 99)
        for _ in 0..<10 { try await limits.take(.message(by: user), noting: record) }
        #expect(record.tightest?.decision.remaining == 0 && record.tightest?.limit.count == 10)
        await #expect(throws: MsgError.self) { try await limits.take(.message(by: user), noting: record) }
        try await limits.take(.request(from: nil), noting: record)
        #expect(record.tightest?.decision.isAllowed == false && record.tightest?.limit.count == 10)
    }

    @Test(
        arguments: [
            (Duration.zero, 0), (.milliseconds(1), 1), (.seconds(1), 1), (.milliseconds(1_001), 2),
            (.milliseconds(-500), 0),
        ] as [(Duration, Int64)])
    func secondsAreRoundedUp(duration: Duration, seconds: Int64) {
        #expect(duration.wholeSecondsUp == seconds)
    }
}
