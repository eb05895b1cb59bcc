import Foundation
import Logging

/// People's own accounts: registering, logging in and out, and changing what is theirs.
public struct AccountService: Sendable {
    let users: any UserStore
    let sessions: any SessionStore
    let hasher: PasswordHasher
    /// How busy the threads are that compare passwords.
    public var passwordThreads: PoolUse { hasher.use }
    let tokens: TokenIssuer
    let realtime: RealtimePublisher
    let clock: any WallClock
    let identifiers: any IdentifierGenerator
    let refreshGrace: Duration
    /// Where what happens to accounts is told.
    public let audit: AuditLog
    /// Whose tokens let people in too; nil for nobody's.
    let outside: OutsideIssuer?
    let limitedLogIns = LimitedLogIns()

    public init(
        users: any UserStore, sessions: any SessionStore, hasher: PasswordHasher, tokens: TokenIssuer,
        realtime: RealtimePublisher, clock: any WallClock, identifiers: any IdentifierGenerator, refreshGrace: Duration,
        audit: AuditLog, outside: OutsideIssuer? = nil
    ) {
        self.users = users
        self.sessions = sessions
        self.hasher = hasher
        self.tokens = tokens
        self.realtime = realtime
        self.clock = clock
        self.identifiers = identifiers
        self.refreshGrace = refreshGrace
        self.audit = audit
        self.outside = outside
    }

    /// Makes an account.
    /// - Throws: ``ErrorCode/usernameTaken``, ``ErrorCode/emailTaken``.
    public func register(_ registration: Registration, by actor: AuditActor = .nobody) async throws -> User {
        let now = clock.now
        let user = User(
            id: identifiers.next(User.self), username: registration.username.text, email: registration.email.text,
            passwordHash: try await hasher.hash(registration.password.text), role: registration.role, createdAt: now,
            updatedAt: now)
        try await users.insert(user)
        audit.record(.registered(user.id), by: actor)
        return user
    }

    /// Opens a session.
    /// - Throws: ``ErrorCode/invalidCredentials``, with the same sentence and after the same time for an unknown
    ///   address, a wrong password and a deactivated account.
    public func logIn(
        email: String, password: String, from client: SessionClient = SessionClient()
    ) async throws -> (user: User, tokens: TokenPair) {
        let refused = MsgError(.invalidCredentials, "The e-mail address or the password is wrong.")
        func refuse(_ user: User?, _ reason: AuditEvent.Refusal) -> MsgError {
            audit.record(.logInFailed(user: user?.id, reason, .password), by: .nobody)
            return refused
        }
        // No account has such a password.
        guard password.utf8.count <= Password.maximumBytes, !password.utf8.contains(0) else {
            throw refuse(nil, .wrongPassword)
        }
        guard let user = try await users.user(email: email), !user.passwordHash.isEmpty else {
            try await hasher.verifyAgainstNothing(password)
            throw refuse(nil, .unknownAccount)
        }
        guard try await hasher.verify(password, against: user.passwordHash, isEven: !user.isActive) else {
            throw refuse(user, .wrongPassword)
        }
        guard user.isActive else { throw refuse(user, .deactivated) }
        guard let current = try await renewingHash(of: user, password),
            let opened = try await openSession(for: current, from: client, by: .password)
        else { throw refuse(user, .changed) }
        return opened
    }

    /// Who just showed their password, with a hash of the cost that is configured; nil when the password is another one
    /// by now. A hash that can't be made or stored at the moment is left for the next log-in.
    private func renewingHash(of user: User, _ password: String) async throws -> User? {
        guard hasher.isOutdated(user.passwordHash) else { return user }
        do {
            let change = UserChange(
                passwordHash: try await hasher.hash(password), condition: .passwordHash(user.passwordHash))
            return try await users.update(user.id, change, at: clock.now)
        } catch is MsgError {
            // Made anew by another log-in at the same time, or a new password; or it is not known whether it is stored.
            guard let current = try await users.user(user.id) else { return nil }
            if current.passwordHash == user.passwordHash { return current }
            return try await hasher.verify(password, against: current.passwordHash) ? current : nil
        } catch PasswordHasherError.busy {
            return user
        }
    }

    /// A new session; nil when the account changed so that the log-in does not count any more.
    func openSession(
        for user: User, from client: SessionClient, by means: AuditEvent.Means
    ) async throws -> (user: User, tokens: TokenPair)? {
        let session = Session(
            id: identifiers.next(Session.self), user: user.id, createdAt: clock.now, client: client,
            grant: tokens.newGrant())
        try await sessions.insert(session)
        // A password that was changed, or an account deactivated, while this one's was compared: what ends its sessions
        // may have come before this one began.
        let current = try await users.user(user.id)
        guard let current, current.isActive, current.passwordHash == user.passwordHash else {
            _ = try await sessions.revoke(session.id, at: clock.now)
            return nil
        }
        audit.record(.loggedIn(user.id, session.id, means), by: .user(user.id, session.id))
        return (user, try await tokens.pair(user: user.id, session: session.id, grant: session.grant))
    }

    /// Exchanges a refresh token for a new pair; the old one is spent.
    /// - Throws: ``ErrorCode/invalidToken``, ``ErrorCode/tokenExpired``, or ``ErrorCode/sessionRevoked`` when the
    ///   session has ended, or ends now because the token was spent before.
    public func refresh(_ refreshToken: String) async throws -> (user: User, tokens: TokenPair) {
        let claims = try await tokens.claims(of: refreshToken, use: .refresh)
        let outcome = try await sessions.rotate(
            claims.sid, presenting: claims.jti, successor: tokens.newGrant(), at: clock.now, grace: refreshGrace)
        switch outcome {
        case .rotated(let grant), .replayed(let grant):
            guard let user = try await users.user(claims.userId) else { throw Self.ended() }
            return (user, try await tokens.pair(user: claims.userId, session: claims.sid, grant: grant))
        case .reused:
            audit.record(.refreshTokenReused(of: claims.userId, claims.sid), by: .nobody)
            try await realtime.sendConfirmed([.disconnect(members: [.session(claims.sid)])])
            throw MsgError(.sessionRevoked, "The refresh token was used before; the session is closed. Log in again.")
        case .ended:
            throw Self.ended()
        }
    }

    /// Who an access token speaks for, and until when.
    /// - Throws: ``ErrorCode/invalidToken``, ``ErrorCode/tokenExpired``, ``ErrorCode/sessionRevoked``.
    public func authenticate(_ accessToken: String) async throws -> (principal: Principal, expiresAt: Date) {
        let claims = try await tokens.claims(of: accessToken, use: .access)
        guard let principal = try await sessions.principal(of: claims.sid, at: clock.now), principal.id == claims.userId
        else { throw Self.ended() }
        return (principal, Date(timeIntervalSince1970: TimeInterval(claims.exp)))
    }

    /// Whether the session that a principal came with has not ended.
    public func isSignedIn(_ principal: Principal) async throws -> Bool {
        try await sessions.principal(of: principal.session, at: clock.now)?.id == principal.id
    }

    /// Ends the principal's session: its tokens are dead, its sockets closed, on every node.
    public func logOut(_ principal: Principal) async throws {
        if try await sessions.revoke(principal.session, at: clock.now) {
            audit.record(.loggedOut(principal.id), by: AuditActor(principal))
        }
        try await realtime.sendConfirmed([.disconnect(members: [.session(principal.session)])])
    }

    /// The principal's own account.
    public func profile(of principal: Principal) async throws -> User {
        guard let user = try await users.user(principal.id) else { throw Self.ended() }
        return user
    }

    /// - Throws: ``ErrorCode/usernameTaken``.
    public func change(_ change: ProfileChange, of principal: Principal) async throws -> User {
        let changed = try await users.update(
            principal.id,
            UserChange(
                username: change.username?.text, avatar: change.avatar, autoMessages: change.autoMessages,
                timeZone: change.timeZone, pausedUntil: change.pausedUntil, weeklyLimit: change.weeklyLimit),
            at: clock.now)
        guard let changed else { throw Self.ended() }
        return changed
    }

    /// Sets a new password and ends the user's other sessions.
    /// - Throws: ``ErrorCode/validationFailed`` on `currentPassword` when it is wrong; ``ErrorCode/sessionRevoked`` when the
    ///   session ended, or the password was changed, while passwords were compared and hashed: nothing is changed then.
    public func changePassword(of principal: Principal, current: String, new: Password) async throws {
        var hash: String?
        // A log-in meanwhile may have made the same password's hash anew, once: it then has the cost of new ones.
        for _ in 0..<2 {
            let user = try await profile(of: principal)
            try await require(current, of: user, principal)
            let made = if let hash { hash } else { try await hasher.hash(new.text) }
            hash = made
            // Both took their time, in a flood of log-ins many seconds, in which an operator may have shut a thief out.
            guard try await isSignedIn(principal) else { throw Self.ended() }
            let change = UserChange(passwordHash: made, condition: .passwordHash(user.passwordHash))
            do {
                guard try await users.update(user.id, change, at: clock.now) != nil else { throw Self.ended() }
            } catch let error as MsgError where error.code == .conflict {
                guard try await isSignedIn(principal) else { throw Self.ended() }
                continue
            }
            audit.record(.passwordChanged(of: user.id), by: AuditActor(principal))
            try await endSessions(of: user.id, except: principal.session, by: AuditActor(principal))
            return
        }
        throw Self.ended()
    }

    private func require(_ current: String, of user: User, _ principal: Principal) async throws {
        guard current.utf8.count <= Password.maximumBytes, !current.utf8.contains(0),
            try await hasher.verify(current, against: user.passwordHash)
        else {
            audit.record(.logInFailed(user: user.id, .wrongPassword, .passwordChange), by: AuditActor(principal))
            throw MsgError.invalid("currentPassword", "currentPassword is wrong.")
        }
    }

    private static func ended() -> MsgError {
        MsgError(.sessionRevoked, "The session has ended; log in again.")
    }
}
