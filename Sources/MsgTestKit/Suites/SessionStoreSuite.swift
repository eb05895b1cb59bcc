import Foundation
import MsgKit
import Testing

/// The rules of ``SessionStore`` but for rotation.
public enum SessionStoreSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("a session speaks for its user as they are now", principal),
        .init("an unknown session speaks for nobody", unknown),
        .init("a session ends when its grant expires", expiry),
        .init("a session of a deactivated user speaks for nobody", deactivated),
        .init("one call revokes a session", revoke),
        .init("of concurrent calls one revokes a session", revokeConcurrently),
        .init("another process sees a revocation at once", revokedElsewhere),
        .init("all sessions of a user but one are revoked, and no one else's", revokeAll),
        .init("all sessions of a user are revoked", revokeAllWithoutExcept),
        .init("a user's live sessions are listed, the latest first", list),
        .init("ended sessions are forgotten, at most 1,000 a call, and live ones are not", deleteEnded),
    ]

    private static func principal(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        let session = stage.make.session(of: anna.id)
        try await backend.sessions.insert(session)
        let expected = Principal(user: anna.reference, role: .user, session: session.id)
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(1)) == expected)
        let change = UserChange(username: "Annabel", avatar: "https://example.org/a.png", role: .admin)
        _ = try await backend.users.update(anna.id, change, at: stage.second(1))
        let principal = try await backend.sessions.principal(of: session.id, at: stage.second(2))
        #expect(principal?.user == UserReference(id: anna.id, username: "Annabel", avatar: "https://example.org/a.png"))
        #expect(principal?.role == .admin)
    }

    private static func unknown(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        #expect(try await backend.sessions.principal(of: stage.make.id(), at: stage.second(1)) == nil)
    }

    private static func expiry(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        let session = stage.make.session(of: anna.id, lasting: .seconds(100))
        try await backend.sessions.insert(session)
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(99)) != nil)
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(100)) == nil, "it ends then")
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(1000)) == nil)
    }

    private static func deactivated(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        let session = stage.make.session(of: anna.id)
        try await backend.sessions.insert(session)
        _ = try await backend.users.update(anna.id, UserChange(isActive: false), at: stage.second(1))
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(2)) == nil)
    }

    private static func revoke(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        let (session, other) = (stage.make.session(of: anna.id), stage.make.session(of: anna.id))
        try await backend.sessions.insert(session)
        try await backend.sessions.insert(other)
        #expect(try await backend.sessions.revoke(session.id, at: stage.second(1)))
        #expect(try await backend.sessions.principal(of: session.id, at: stage.second(1)) == nil)
        #expect(try await !backend.sessions.revoke(session.id, at: stage.second(2)), "it had ended before")
        #expect(try await !backend.sessions.revoke(stage.make.id(), at: stage.second(2)), "there is none such")
        #expect(try await backend.sessions.principal(of: other.id, at: stage.second(2)) != nil)
    }

    private static func revokeConcurrently(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let session = stage.make.session(of: try await stage.user("anna").id)
        try await backend.sessions.insert(session)
        let elsewhere = try await backend.another()
        let ended = try await concurrently(20) { number in
            try await (number % 2 == 0 ? backend : elsewhere).sessions.revoke(session.id, at: stage.second(1))
        }
        #expect(ended.count { $0 } == 1)
    }

    private static func revokedElsewhere(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let session = stage.make.session(of: try await stage.user("anna").id)
        let elsewhere = try await backend.another()
        try await backend.sessions.insert(session)
        #expect(try await elsewhere.sessions.principal(of: session.id, at: stage.second(1)) != nil)
        _ = try await backend.sessions.revoke(session.id, at: stage.second(1))
        #expect(try await elsewhere.sessions.principal(of: session.id, at: stage.second(1)) == nil)
    }

    private static func revokeAll(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let (anna, bert) = (try await stage.user("anna"), try await stage.user("bert"))
        let sessions = (0..<5).map { _ in stage.make.session(of: anna.id) }
        let foreign = stage.make.session(of: bert.id)
        for session in sessions + [foreign] { try await backend.sessions.insert(session) }
        _ = try await backend.sessions.revoke(sessions[0].id, at: stage.second(1))
        let ended = try await backend.sessions.revokeAll(of: anna.id, except: sessions[1].id, at: stage.second(2))
        #expect(Set(ended) == Set(sessions[2...].map(\.id)), "those that this call ended")
        #expect(ended.count == 3)
        #expect(try await backend.sessions.principal(of: sessions[1].id, at: stage.second(3)) != nil)
        #expect(try await backend.sessions.principal(of: sessions[4].id, at: stage.second(3)) == nil)
        #expect(try await backend.sessions.principal(of: foreign.id, at: stage.second(3)) != nil)
    }

    private static func revokeAllWithoutExcept(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        let sessions = (0..<3).map { _ in stage.make.session(of: anna.id) }
        for session in sessions { try await backend.sessions.insert(session) }
        let ended = try await backend.sessions.revokeAll(of: anna.id, except: nil, at: stage.second(1))
        #expect(Set(ended) == Set(sessions.map(\.id)))
        #expect(try await backend.sessions.revokeAll(of: anna.id, except: nil, at: stage.second(2)) == [])
    }

    private static func list(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let (anna, bert) = (try await stage.user("anna"), try await stage.user("bert"))
        let sessions = (0..<5).map { number in
            var session = stage.make.session(of: anna.id, lasting: .seconds(number == 3 ? 10 : 1000))
            session.createdAt = stage.second(number)
            if number == 4 { session.client = SessionClient() }
            return session
        }
        for session in sessions.shuffled() { try await backend.sessions.insert(session) }
        try await backend.sessions.insert(stage.make.session(of: bert.id))
        _ = try await backend.sessions.revoke(sessions[1].id, at: stage.second(6))
        let live = try await backend.sessions.sessions(of: anna.id, at: stage.second(100), limit: 10)
        #expect(live == [sessions[4], sessions[2], sessions[0]], "neither revoked nor expired ones, nor another's")
        let latest = try await backend.sessions.sessions(of: anna.id, at: stage.second(100), limit: 2)
        #expect(latest == [sessions[4], sessions[2]])
        #expect(try await backend.sessions.sessions(of: anna.id, at: stage.second(5), limit: 10).count == 4)
        #expect(try await backend.sessions.sessions(of: stage.make.id(), at: stage.second(5), limit: 10) == [])
    }

    private static func deleteEnded(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let anna = try await stage.user("anna")
        for _ in 0..<1003 {
            try await backend.sessions.insert(stage.make.session(of: anna.id, lasting: .seconds(10)))
        }
        let revoked = (0..<2).map { _ in stage.make.session(of: anna.id) }
        let live = stage.make.session(of: anna.id)
        for session in revoked + [live] { try await backend.sessions.insert(session) }
        _ = try await backend.sessions.revoke(revoked[0].id, at: stage.second(10))
        _ = try await backend.sessions.revoke(revoked[1].id, at: stage.second(1000))
        #expect(try await backend.sessions.deleteEnded(before: stage.second(5)) == 0, "nothing had ended by then")
        var counts: [Int] = []
        repeat {
            counts.append(try await backend.sessions.deleteEnded(before: stage.second(100)))
        } while counts.last != 0 && counts.count < 20
        #expect(counts.allSatisfy { $0 <= 1000 }, "at most 1,000 a call, but \(counts)")
        #expect(counts.reduce(0, +) == 1004, "those that had ended before the instant, and no others")
        #expect(try await backend.sessions.principal(of: live.id, at: stage.second(100)) != nil)
        #expect(try await !backend.sessions.revoke(revoked[1].id, at: stage.second(1001)), "it stays revoked")
    }
}
