import Logging

/// What the audit log tells of. Ids and numbers alone: nothing that a client typed, no address, no token.
public enum AuditEvent: Sendable, Equatable {
    /// Why a log-in failed; a client is told the same for all.
    public enum Refusal: String, Sendable {
        case unknownAccount = "unknown_account"
        case wrongPassword = "wrong_password"
        case deactivated
        /// The password was changed, or the account deactivated, while the log-in was under way.
        case changed
        case invalidToken = "invalid_token"
    }

    /// How somebody showed who they are.
    public enum Means: String, Sendable {
        case password
        /// One's password, to set another one.
        case passwordChange = "password_change"
        /// A token of the outside issuer.
        case outsideToken = "outside_token"
    }

    /// What a moderator changed that they may change by their role alone.
    public enum Moderation: Sendable, Equatable {
        case messageDeleted(Message.ID, of: User.ID, in: Conversation.ID)
        case groupRenamed(Conversation.ID)
        case peopleAdded([User.ID], to: Conversation.ID)
        case personRemoved(User.ID, from: Conversation.ID)
    }

    case registered(User.ID)
    case loggedIn(User.ID, Session.ID, Means)
    /// - Parameter user: nil when no account is meant.
    case logInFailed(user: User.ID?, Refusal, Means)
    /// Passwords are tried more often than the limit allows; told once for each account and address within its window.
    /// - Parameter user: nil when no account is meant.
    case logInLimited(user: User.ID?, Means)
    case loggedOut(User.ID)
    /// Sessions were ended other than by logging out.
    case sessionsEnded(of: User.ID, count: Int)
    /// A spent refresh token was shown again, as by a thief; its session is ended.
    case refreshTokenReused(of: User.ID, Session.ID)
    case passwordChanged(of: User.ID)
    case roleChanged(of: User.ID, from: UserRole, to: UserRole)
    case activated(User.ID)
    case deactivated(User.ID)
    /// - Parameter field: what of the account an operator changed.
    case accountChanged(User.ID, field: String)
    case moderated(Moderation)
    /// - Parameter isComplete: false when it broke off; there were at least so many then.
    case deadLettersReplayed(Int, isComplete: Bool)
    /// - Parameter isComplete: as of ``deadLettersReplayed(_:isComplete:)``.
    case deadLettersPurged(Int, isComplete: Bool)
    /// Somebody's role is too low for a route.
    case accessDenied(route: String, role: UserRole)
    /// Keys for tokens were read; the first one signs.
    case keysLoaded([String])
    /// Keys of the outside issuer were read, at the start or because their file changed.
    case outsideKeysLoaded([String])
}

extension AuditEvent {
    /// What a line of the log begins with; stable.
    public var name: String { row.name }

    public var level: Logger.Level {
        switch self {
        case .refreshTokenReused, .accessDenied: .warning
        default: .notice
        }
    }

    public var metadata: Logger.Metadata { row.metadata }

    private var row: (name: String, metadata: Logger.Metadata) {
        switch self {
        case .registered(let user): ("account.registered", Self.of(user))
        case .loggedIn(let user, let session, let means):
            ("login.succeeded", Self.of(user, ["session": "\(session)", "means": "\(means.rawValue)"]))
        case .logInFailed(let user, let refusal, let means):
            (
                "login.failed",
                Self.of(user, ["reason": "\(refusal.rawValue)", "means": "\(means.rawValue)"])
            )
        case .logInLimited(let user, let means): ("login.limited", Self.of(user, ["means": "\(means.rawValue)"]))
        case .loggedOut(let user): ("session.ended", Self.of(user))
        case .sessionsEnded(let user, let count): ("sessions.revoked", Self.of(user, ["count": "\(count)"]))
        case .refreshTokenReused(let user, let session):
            ("session.token_reused", Self.of(user, ["session": "\(session)"]))
        case .passwordChanged(let user): ("password.changed", Self.of(user))
        case .roleChanged(let user, let old, let new):
            ("role.changed", Self.of(user, ["from": "\(old.rawValue)", "to": "\(new.rawValue)"]))
        case .activated(let user): ("account.activated", Self.of(user))
        case .deactivated(let user): ("account.deactivated", Self.of(user))
        case .accountChanged(let user, let field): ("account.changed", Self.of(user, ["field": "\(field)"]))
        case .moderated(let moderation): ("moderated", moderation.metadata)
        case .deadLettersReplayed(let count, let isComplete):
            ("dead_letters.replayed", ["count": "\(count)", "complete": "\(isComplete)"])
        case .deadLettersPurged(let count, let isComplete):
            ("dead_letters.purged", ["count": "\(count)", "complete": "\(isComplete)"])
        case .accessDenied(let route, let role):
            ("access.denied", ["route": "\(route)", "role": "\(role.rawValue)"])
        case .keysLoaded(let ids): ("keys.loaded", ["kids": "\(ids.joined(separator: ","))"])
        case .outsideKeysLoaded(let ids): ("outside_keys.loaded", ["kids": "\(ids.joined(separator: ","))"])
        }
    }

    private static func of(_ user: User.ID?, _ others: Logger.Metadata = [:]) -> Logger.Metadata {
        guard let user else { return others }
        return others.merging(["user": "\(user)"]) { own, _ in own }
    }
}

extension AuditEvent.Moderation {
    fileprivate var metadata: Logger.Metadata {
        switch self {
        case .messageDeleted(let message, let author, let conversation):
            [
                "what": "message_deleted", "message": "\(message)", "user": "\(author)",
                "conversation": "\(conversation)",
            ]
        case .groupRenamed(let conversation): ["what": "group_renamed", "conversation": "\(conversation)"]
        case .peopleAdded(let people, let conversation):
            [
                "what": "people_added", "user": "\(people.map(\.description).joined(separator: ","))",
                "conversation": "\(conversation)",
            ]
        case .personRemoved(let person, let conversation):
            ["what": "person_removed", "user": "\(person)", "conversation": "\(conversation)"]
        }
    }
}
