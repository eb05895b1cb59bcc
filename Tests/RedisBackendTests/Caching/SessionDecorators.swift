import Foundation
import MsgKit
import Synchronization

/// Counts how often the records are asked for a principal.
final class CountingSessions: SessionStore {
    private let sessions: any SessionStore
    private let count = Mutex(0)

    init(_ sessions: any SessionStore) {
        self.sessions = sessions
    }

    var lookups: Int { count.withLock { $0 } }

    func principal(of session: Session.ID, at instant: Date) async throws -> Principal? {
        count.withLock { $0 += 1 }
        return try await sessions.principal(of: session, at: instant)
    }

    func insert(_ session: Session) async throws { try await sessions.insert(session) }
    func sessions(of user: User.ID, at instant: Date, limit: Int) async throws -> [Session] {
        try await sessions.sessions(of: user, at: instant, limit: limit)
    }
    func rotate(
        _ session: Session.ID, presenting tokenID: String, successor: RefreshGrant, at instant: Date, grace: Duration
    ) async throws -> RotationOutcome {
        try await sessions.rotate(session, presenting: tokenID, successor: successor, at: instant, grace: grace)
    }
    func revoke(_ session: Session.ID, at instant: Date) async throws -> Bool {
        try await sessions.revoke(session, at: instant)
    }
    func revokeAll(of user: User.ID, except kept: Session.ID?, at instant: Date) async throws -> [Session.ID] {
        try await sessions.revokeAll(of: user, except: kept, at: instant)
    }
    func deleteEnded(before instant: Date) async throws -> Int { try await sessions.deleteEnded(before: instant) }
}

/// Asks for every principal several times, around every change too, so that what can be cached is.
struct EagerSessions: SessionStore {
    let sessions: any SessionStore

    init(_ sessions: any SessionStore) {
        self.sessions = sessions
    }

    func principal(of session: Session.ID, at instant: Date) async throws -> Principal? {
        for _ in 0..<3 { _ = try await sessions.principal(of: session, at: instant) }
        return try await sessions.principal(of: session, at: instant)
    }

    func insert(_ session: Session) async throws {
        try await sessions.insert(session)
        _ = try await principal(of: session.id, at: session.createdAt)
    }

    func sessions(of user: User.ID, at instant: Date, limit: Int) async throws -> [Session] {
        try await sessions.sessions(of: user, at: instant, limit: limit)
    }

    func rotate(
        _ session: Session.ID, presenting tokenID: String, successor: RefreshGrant, at instant: Date, grace: Duration
    ) async throws -> RotationOutcome {
        _ = try await principal(of: session, at: instant)
        return try await sessions.rotate(
            session, presenting: tokenID, successor: successor, at: instant, grace: grace)
    }

    func revoke(_ session: Session.ID, at instant: Date) async throws -> Bool {
        _ = try await principal(of: session, at: instant)
        return try await sessions.revoke(session, at: instant)
    }

    func revokeAll(of user: User.ID, except kept: Session.ID?, at instant: Date) async throws -> [Session.ID] {
        try await sessions.revokeAll(of: user, except: kept, at: instant)
    }

    func deleteEnded(before instant: Date) async throws -> Int { try await sessions.deleteEnded(before: instant) }
}
