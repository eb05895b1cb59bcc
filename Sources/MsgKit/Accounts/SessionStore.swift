import Foundation

/// Where log-ins are kept. A write that returns is durable and seen by every process at once.
public protocol SessionStore: Sendable {
    func insert(_ session: Session) async throws

    /// Who a session speaks for; nil when it is unknown, revoked or expired, or its user is deactivated.
    func principal(of session: Session.ID, at instant: Date) async throws -> Principal?

    /// The sessions of a user that have neither expired nor been revoked, the latest opened first, at most `limit`.
    func sessions(of user: User.ID, at instant: Date, limit: Int) async throws -> [Session]

    /// Spends a refresh token, in one step: of any number of concurrent calls with the newest token one gets
    /// ``RotationOutcome/rotated(_:)`` and the others, within `grace` of it, its successor.
    func rotate(
        _ session: Session.ID, presenting tokenID: String, successor: RefreshGrant, at instant: Date, grace: Duration
    ) async throws -> RotationOutcome

    /// Ends a session; true when this call ended it.
    func revoke(_ session: Session.ID, at instant: Date) async throws -> Bool

    /// Ends all sessions of a user but one, and returns those it ended.
    func revokeAll(of user: User.ID, except kept: Session.ID?, at instant: Date) async throws -> [Session.ID]

    /// Forgets sessions that expired or were revoked before an instant; returns how many, at most 1,000 a call.
    func deleteEnded(before instant: Date) async throws -> Int
}
