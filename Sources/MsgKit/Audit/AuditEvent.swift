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
        /// A token of the outside issuer.
        case outsideToken = "outside_token"
    }

    case registered(User.ID)
    case loggedIn(User.ID, Session.ID, Means)
    /// - Parameter user: nil when no account is meant.
    case logInFailed(user: User.ID?, Refusal, Means)
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
    case deadLettersReplayed(Int)
    case deadLettersPurged(Int)
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
        case .deadLettersReplayed(let count): ("dead_letters.replayed", ["count": "\(count)"])
        case .deadLettersPurged(let count): ("dead_letters.purged", ["count": "\(count)"])
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
