import Foundation

/// One's own sessions: seeing where one is logged in, and ending what one does not know.
extension AccountService {
    /// How many sessions a listing shows, the latest; who has more ends all others at once.
    public static let maximumListed = 200

    /// The sessions of a user that have not ended, the latest first.
    public func sessions(of user: User.ID) async throws -> [Session] {
        try await sessions.sessions(of: user, at: clock.now, limit: Self.maximumListed)
    }

    /// Ends one of the principal's sessions, possibly the one that asks.
    /// - Throws: ``ErrorCode/notFound``, also for another's session and one that has ended.
    public func endSession(_ id: Session.ID, of principal: Principal) async throws {
        guard try await sessions.principal(of: id, at: clock.now)?.id == principal.id else {
            throw MsgError(.notFound, "You have no such session.")
        }
        if try await sessions.revoke(id, at: clock.now) {
            audit.record(.sessionsEnded(of: principal.id, count: 1), by: AuditActor(principal))
        }
        // Also when another call ended it: that one may have failed to close the sockets.
        try await realtime.sendConfirmed([.disconnect(members: [.session(id)])])
    }

    /// Ends the principal's sessions but for the one that asks; returns how many.
    public func endOtherSessions(of principal: Principal) async throws -> Int {
        try await endSessions(of: principal.id, except: principal.session, by: AuditActor(principal))
    }

    /// Ends a user's sessions, but for one, and closes their sockets; returns how many.
    @discardableResult
    func endSessions(of user: User.ID, except kept: Session.ID?, by actor: AuditActor) async throws -> Int {
        let ended = try await sessions.revokeAll(of: user, except: kept, at: clock.now)
        guard !ended.isEmpty else { return 0 }
        audit.record(.sessionsEnded(of: user, count: ended.count), by: actor)
        try await realtime.sendConfirmed([.disconnect(members: ended.map { Room.session($0) })])
        return ended.count
    }
}
