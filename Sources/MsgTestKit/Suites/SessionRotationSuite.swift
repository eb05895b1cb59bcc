import Foundation
import MsgKit
import Testing

/// The rules of ``SessionStore/rotate(_:presenting:successor:at:grace:)``.
public enum SessionRotationSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("the newest token gets the successor", newest),
        .init("a session lasts as long as its successor", lasts),
        .init("a token that was spent within the grace gets the successor that was given then", grace),
        .init("the grace holds for a token whose successor was spent as well", graceOfTheSecondNewest),
        .init("a token that was spent earlier than the grace revokes the session", reuse),
        .init("a token that never belonged to the session revokes it", foreign),
        .init("an unknown, revoked or expired session has ended", ended),
        .init("a session of a deactivated user has ended", deactivated),
        .init("of 50 concurrent calls one rotates and the others get its successor", concurrent),
        .init("rotating one session leaves the others", others),
    ]

    private static let grace = Duration.seconds(30)

    /// A session of a new user, and the means to present tokens to it.
    private static func session(
        _ backend: any RecordsUnderTest, lasting duration: Duration = .seconds(2_592_000)
    ) async throws -> (stage: Stage, session: Session) {
        let stage = Stage(backend)
        let session = stage.make.session(of: try await stage.user("anna").id, lasting: duration)
        try await backend.sessions.insert(session)
        return (stage, session)
    }

    private static func rotate(
        _ stage: Stage, _ session: Session, presenting tokenID: String, to successor: RefreshGrant? = nil,
        at second: Int
    ) async throws -> RotationOutcome {
        try await stage.backend.sessions.rotate(
            session.id, presenting: tokenID, successor: successor ?? stage.make.grant(at: stage.second(second)),
            at: stage.second(second), grace: grace)
    }

    private static func newest(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend)
        let grants = (1...3).map { stage.make.grant(at: stage.second($0 * 100)) }
        var token = session.grant.tokenID
        for (number, grant) in grants.enumerated() {
            let outcome = try await rotate(stage, session, presenting: token, to: grant, at: (number + 1) * 100)
            #expect(outcome == .rotated(grant))
            token = grant.tokenID
        }
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(301)) != nil)
    }

    private static func lasts(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend, lasting: .seconds(100))
        let successor = stage.make.grant(at: stage.second(50), lasting: .seconds(100))
        let outcome = try await rotate(stage, session, presenting: session.grant.tokenID, to: successor, at: 50)
        #expect(outcome == .rotated(successor))
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(149)) != nil)
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(151)) == nil)
    }

    private static func grace(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend)
        let successor = stage.make.grant(at: stage.second(100))
        _ = try await rotate(stage, session, presenting: session.grant.tokenID, to: successor, at: 100)
        for second in [100, 101, 129] {
            let outcome = try await rotate(stage, session, presenting: session.grant.tokenID, at: second)
            #expect(outcome == .replayed(successor))
        }
        let next = stage.make.grant(at: stage.second(130))
        let outcome = try await rotate(stage, session, presenting: successor.tokenID, to: next, at: 130)
        #expect(outcome == .rotated(next), "replaying spent nothing")
    }

    private static func graceOfTheSecondNewest(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend)
        let first = stage.make.grant(at: stage.second(100))
        let second = stage.make.grant(at: stage.second(105))
        _ = try await rotate(stage, session, presenting: session.grant.tokenID, to: first, at: 100)
        _ = try await rotate(stage, session, presenting: first.tokenID, to: second, at: 105)
        let outcome = try await rotate(stage, session, presenting: session.grant.tokenID, at: 110)
        #expect(outcome == .replayed(first), "it was spent within the grace; this is the successor that was given then")
        #expect(try await rotate(stage, session, presenting: first.tokenID, at: 111) == .replayed(second))
    }

    private static func reuse(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend)
        let successor = stage.make.grant(at: stage.second(100))
        _ = try await rotate(stage, session, presenting: session.grant.tokenID, to: successor, at: 100)
        #expect(try await rotate(stage, session, presenting: session.grant.tokenID, at: 131) == .reused)
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(131)) == nil)
        #expect(try await rotate(stage, session, presenting: successor.tokenID, at: 132) == .ended)
        #expect(try await !backend.sessions.revoke(session.id, at: stage.second(133)), "reuse had revoked it")
    }

    private static func foreign(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend)
        #expect(try await rotate(stage, session, presenting: "not-a-token-of-it", at: 1) == .reused)
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(1)) == nil)
        #expect(try await rotate(stage, session, presenting: session.grant.tokenID, at: 2) == .ended)
    }

    private static func ended(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend, lasting: .seconds(100))
        let unknown = stage.make.session(of: session.user)
        #expect(try await rotate(stage, unknown, presenting: session.grant.tokenID, at: 1) == .ended)
        #expect(try await rotate(stage, session, presenting: session.grant.tokenID, at: 101) == .ended)
        let revoked = stage.make.session(of: session.user)
        try await backend.sessions.insert(revoked)
        _ = try await backend.sessions.revoke(revoked.id, at: stage.second(1))
        #expect(try await rotate(stage, revoked, presenting: revoked.grant.tokenID, at: 2) == .ended)
    }

    private static func deactivated(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend)
        _ = try await backend.users.update(session.user, UserChange(isActive: false), at: stage.second(1))
        #expect(try await rotate(stage, session, presenting: session.grant.tokenID, at: 2) == .ended)
    }

    private static func concurrent(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend)
        let elsewhere = try await backend.another()
        let outcomes = try await concurrently(50) { number in
            try await (number % 2 == 0 ? backend : elsewhere).sessions.rotate(
                session.id, presenting: session.grant.tokenID, successor: stage.make.grant(at: stage.second(1)),
                at: stage.second(1), grace: grace)
        }
        var rotated: [RefreshGrant] = []
        var replayed: [RefreshGrant] = []
        for outcome in outcomes {
            switch outcome {
            case .rotated(let grant): rotated.append(grant)
            case .replayed(let grant): replayed.append(grant)
            case .reused, .ended: Issue.record("a concurrent call got \(outcome)")
            }
        }
        let successor = try #require(rotated.first, "one call rotates")
        #expect(rotated.count == 1)
        #expect(replayed == Array(repeating: successor, count: 49))
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(2)) != nil)
    }

    private static func others(_ backend: any RecordsUnderTest) async throws {
        let (stage, session) = try await session(backend)
        let other = stage.make.session(of: session.user)
        try await backend.sessions.insert(other)
        #expect(try await rotate(stage, other, presenting: session.grant.tokenID, at: 1) == .reused)
        let successor = stage.make.grant(at: stage.second(2))
        let outcome = try await rotate(stage, session, presenting: session.grant.tokenID, to: successor, at: 2)
        #expect(outcome == .rotated(successor))
    }
}
