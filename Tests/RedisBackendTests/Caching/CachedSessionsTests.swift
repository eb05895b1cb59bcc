import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@testable import RedisBackend

@Suite(
    .enabled(if: EngineURL.redis != nil, "MSGCTL_TEST_REDIS_URL names no server; start one with scripts/services"),
    .timeLimit(.minutes(3)))
struct CachedSessionsTests {
    @Test(arguments: SessionStoreSuite.all)
    func sessions(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await CachedRecords.check { try await rule.check($0) }
    }

    @Test(arguments: SessionRotationSuite.all)
    func rotation(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await CachedRecords.check { try await rule.check($0) }
    }

    @Test(arguments: UserStoreSuite.all)
    func users(_ rule: ConformanceCase<any RecordsUnderTest>) async throws {
        try await CachedRecords.check { try await rule.check($0) }
    }

    @Test func mostLookupsDoNotReachTheRecords() async throws {
        try await CachedRecords.check { backend in
            let (user, session) = try await Self.logIn(backend, Fixtures(start: SystemClock().now))
            let elsewhere = try await backend.another()
            for place in [backend, elsewhere] {
                for _ in 0..<50 {
                    let principal = try await place.sessions.principal(of: session.id, at: session.createdAt)
                    #expect(principal?.id == user.id)
                }
            }
            #expect(backend.counted.lookups == 2, "one to learn whose it is, one to cache it")
            #expect(elsewhere.counted.lookups == 1)
        }
    }

    /// Changes in random order through either process; both see each at once.
    @Test func everyChangeHoldsEverywhereAtOnce() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        try await CachedRecords.check { backend in
            let make = Fixtures(start: SystemClock().now)
            let places = [backend, try await backend.another()]
            var logIns: [(user: User, session: Session)] = []
            for number in 0..<4 { logIns.append(try await Self.logIn(backend, make, name: "user_\(number)")) }
            for step in 0..<60 {
                let place = places[step % 2]
                guard let (user, session) = logIns.randomElement(using: &random) else { return }
                let now = make.instant(.seconds(step))
                switch Int.random(in: 0..<12, using: &random) {
                case 0: _ = try await place.sessions.revoke(session.id, at: now)
                case 1: _ = try await place.sessions.revokeAll(of: user.id, except: nil, at: now)
                case 2...4:
                    let role = UserRole.allCases.randomElement(using: &random)
                    _ = try await place.users.update(user.id, UserChange(role: role), at: now)
                case 5...7:
                    _ = try await place.users.update(
                        user.id, UserChange(isActive: Bool.random(using: &random)), at: now)
                case 8: _ = try await place.users.update(user.id, UserChange(username: "name_\(step)"), at: now)
                default: logIns.append(try await Self.logIn(place, make, name: "user_\(step)_x"))
                }
                for (_, session) in logIns {
                    let truth = try await backend.records.sessions.principal(of: session.id, at: now)
                    for place in places {
                        let principal = try await place.sessions.principal(of: session.id, at: now)
                        #expect(principal == truth, "seed \(seed), step \(step)")
                    }
                }
            }
        }
    }

    @Test func anExpiryHoldsToTheInstant() async throws {
        try await CachedRecords.check { backend in
            let make = Fixtures(start: SystemClock().now)
            let user = make.user("anna")
            try await backend.users.insert(user)
            let session = make.session(of: user.id, lasting: .seconds(600))
            try await backend.sessions.insert(session)
            for second in [0, 505, 515, 599] {
                let principal = try await backend.sessions.principal(of: session.id, at: make.instant(.seconds(second)))
                #expect(principal != nil, "second \(second)")
            }
            for second in [600, 601, 2_000] {
                let principal = try await backend.sessions.principal(of: session.id, at: make.instant(.seconds(second)))
                #expect(principal == nil, "second \(second)")
            }
        }
    }

    private static func logIn(
        _ backend: CachedRecords, _ make: Fixtures, name: String = "anna"
    ) async throws -> (user: User, session: Session) {
        let user = make.user(name)
        try await backend.records.users.insert(user)
        let session = make.session(of: user.id)
        try await backend.records.sessions.insert(session)
        return (user, session)
    }
}
