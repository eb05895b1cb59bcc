/// Who did what the audit log tells of.
public enum AuditActor: Sendable, Equatable {
    /// Who has not shown who they are.
    case nobody
    case user(User.ID, Session.ID)
    /// An operator at the command line.
    case command

    public init(_ principal: Principal) { self = .user(principal.id, principal.session) }
}
