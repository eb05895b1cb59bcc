/// What operators do to accounts. Roles, deactivation and revocation act at once, on every node.
public struct UserAdministration: Sendable {
    private let accounts: AccountService
    /// With whom people are never paired.
    public let exclusions: ExclusionService

    public init(accounts: AccountService, exclusions: ExclusionService) {
        self.accounts = accounts
        self.exclusions = exclusions
    }

    private var users: any UserStore { accounts.users }

    /// - Throws: ``ErrorCode/usernameTaken``, ``ErrorCode/emailTaken``.
    public func create(_ registration: Registration) async throws -> User {
        try await accounts.register(registration)
    }

    /// A page of users, active or not.
    public func list(_ filter: UserFilter, page: PageRequest) async throws -> Page<User> {
        try await users.users(matching: filter, page: page)
    }

    /// The account that a person means: by id, by address when there is an `@`, else by username.
    /// - Throws: ``ErrorCode/userNotFound``.
    public func find(_ reference: String) async throws -> User {
        let user: User?
        if reference.contains("@") {
            user = try await users.user(email: reference)
        } else if let byName = try await users.user(username: reference) {
            user = byName
        } else if let id = User.ID(reference) {
            user = try await users.user(id)
        } else {
            user = nil
        }
        guard let user else {
            throw MsgError(
                .userNotFound, "There is no user \"\(reference.prefix(64))\"; msgctl user list shows who there is.")
        }
        return user
    }

    /// Gives a role. Every request reads it anew, and no event of a socket depends on it.
    public func setRole(_ role: UserRole, of user: User) async throws -> User {
        try await update(user, UserChange(role: role))
    }

    /// Sets a password and ends all sessions.
    public func setPassword(_ password: Password, of user: User) async throws -> User {
        let changed = try await update(user, UserChange(passwordHash: try await accounts.hasher.hash(password.text)))
        try await accounts.endSessions(of: user.id, except: nil)
        return changed
    }

    /// Activates an account, or deactivates it and ends all its sessions.
    public func setActive(_ isActive: Bool, of user: User) async throws -> User {
        let changed = try await update(user, UserChange(isActive: isActive))
        if !isActive {
            try await accounts.endSessions(of: user.id, except: nil)
            try await accounts.realtime.sendConfirmed([.disconnect(members: [.user(user.id)])])
        }
        return changed
    }

    /// Ends all sessions of a user; returns how many there were.
    public func revokeSessions(of user: User) async throws -> Int {
        let ended = try await accounts.sessions.revokeAll(of: user.id, except: nil, at: accounts.clock.now)
        try await accounts.realtime.sendConfirmed([.disconnect(members: [.user(user.id)])])
        return ended.count
    }

    /// Moves a user to a pool; the plans that there are stay as they are.
    /// - Throws: ``ErrorCode/validationFailed`` when no pool can have such a name.
    public func setPool(_ pool: String, of user: User) async throws -> User {
        try await update(user, UserChange(pool: try Plan.validPool(pool)))
    }

    /// Has a user pause until a day, on which they take part again; nil ends the pause.
    public func setPause(_ date: PlanDate?, of user: User) async throws -> User {
        try await update(user, UserChange(pausedUntil: .some(date)))
    }

    /// Bounds in how many plans of any seven days a user is, by a number of ``User/weeklyLimits``; nil for the pool's
    /// number.
    public func setWeeklyLimit(_ limit: Int?, of user: User) async throws -> User {
        try await update(user, UserChange(weeklyLimit: .some(limit)))
    }

    private func update(_ user: User, _ change: UserChange) async throws -> User {
        guard let changed = try await users.update(user.id, change, at: accounts.clock.now) else {
            throw MsgError(.userNotFound, "The user is gone.")
        }
        return changed
    }
}
