import Foundation
import Synchronization

/// Sessions whose principals are cached, so that most requests are answered without asking the records who makes them.
///
/// A session that has ended, a role, a name or a deactivation holds at the next request in every process that goes
/// through this and through ``InvalidatingUsers``; what is changed in the records by other means holds within a minute.
public final class CachedSessions: SessionStore {
    /// How far ahead a cached principal was found to be good; longer than anything stays in the cache.
    private static let horizon = Duration.seconds(90)

    private struct Entry: Codable {
        var user: UserReference
        var role: UserRole
        /// Until when the session lasts at least, in milliseconds since 1970.
        var until: Int64
    }

    private let sessions: any SessionStore
    private let cache: any ResponseCache
    /// Whose session it is never changes; without it the tags are not known before the records are read.
    private let owners = Mutex(RecentlyUsed<Session.ID, User.ID>(maximumCount: 100_000))

    public init(_ sessions: any SessionStore, cache: any ResponseCache) {
        self.sessions = sessions
        self.cache = cache
    }

    public func principal(of session: Session.ID, at instant: Date) async throws -> Principal? {
        guard let owner = owners.withLock({ $0.value(session) }) else {
            let principal = try await sessions.principal(of: session, at: instant)
            if let principal { owners.withLock { $0.keep(principal.id, for: session) } }
            return principal
        }
        let key = CacheKey(user: owner, name: "principal \(session)")
        switch await cache.lookup(key, tags: [.session(session), .user(owner)]) {
        case .hit(let data):
            if let principal = Self.principal(in: data, of: session, at: instant) { return principal }
            return try await sessions.principal(of: session, at: instant)
        case .miss(nil):
            return try await sessions.principal(of: session, at: instant)
        case .miss(let ticket?):
            return try await read(session, of: owner, at: instant, for: ticket)
        }
    }

    /// Whoever is let in at a later instant is let in now too: sessions only end.
    private func read(
        _ session: Session.ID, of owner: User.ID, at instant: Date, for ticket: CacheTicket
    ) async throws -> Principal? {
        let until = instant.addingTimeInterval(Self.horizon.seconds)
        guard let principal = try await sessions.principal(of: session, at: until), principal.id == owner else {
            return try await sessions.principal(of: session, at: instant)
        }
        let entry = Entry(user: principal.user, role: principal.role, until: until.millisecondsSince1970)
        if let data = try? JSONEncoder().encode(entry) { await cache.store(data, for: ticket) }
        return principal
    }

    /// Nil when it says nothing about the instant.
    private static func principal(in data: Data, of session: Session.ID, at instant: Date) -> Principal? {
        guard let entry = try? JSONDecoder().decode(Entry.self, from: data),
            instant.millisecondsSince1970 <= entry.until
        else { return nil }
        return Principal(user: entry.user, role: entry.role, session: session)
    }

    public func insert(_ session: Session) async throws { try await sessions.insert(session) }

    public func sessions(of user: User.ID, at instant: Date, limit: Int) async throws -> [Session] {
        try await sessions.sessions(of: user, at: instant, limit: limit)
    }

    public func rotate(
        _ session: Session.ID, presenting tokenID: String, successor: RefreshGrant, at instant: Date, grace: Duration
    ) async throws -> RotationOutcome {
        // A token that was used before ends its session.
        try await cache.changingStrictly([.session(session)]) {
            try await sessions.rotate(
                session, presenting: tokenID, successor: successor, at: instant, grace: grace)
        }
    }

    public func revoke(_ session: Session.ID, at instant: Date) async throws -> Bool {
        try await cache.changingStrictly([.session(session)]) {
            try await sessions.revoke(session, at: instant)
        }
    }

    public func revokeAll(of user: User.ID, except kept: Session.ID?, at instant: Date) async throws -> [Session.ID] {
        try await cache.changingStrictly([.user(user)]) {
            try await sessions.revokeAll(of: user, except: kept, at: instant)
        }
    }

    public func deleteEnded(before instant: Date) async throws -> Int {
        try await sessions.deleteEnded(before: instant)
    }
}
