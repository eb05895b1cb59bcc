/// What became of a refresh token that was presented.
public enum RotationOutcome: Sendable, Equatable {
    /// It was the newest; the successor is now.
    case rotated(RefreshGrant)
    /// It was spent within the grace; this is the successor that was given then.
    case replayed(RefreshGrant)
    /// It was spent earlier than the grace, or never belonged to the session: the session is revoked now.
    case reused
    /// There is no such session, or it is revoked, expired, or its user deactivated.
    case ended
}
