/// What operators do to accounts. Roles, deactivation and revocation act at once, on every node.
public struct UserAdministration: Sendable {
    private let accounts: AccountService
    /// With whom people are never paired.
    public let exclusions: ExclusionService
    private let actor: AuditActor

    /// - Parameter actor: who does it.
    public init(accounts: AccountService, exclusions: ExclusionService, actor: AuditActor) {
        self.accounts = accounts
        self.exclusions = exclusions
        self.actor = actor
    }

    private var users: any UserStore { accounts.users }

    /// - Throws: ``ErrorCode/usernameTaken``, ``ErrorCode/emailTaken``.
    public func create(_ registration: Registration) async throws -> User {
        try await accounts.register(registration, by: actor)
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

    /// The account of an id.
    /// - Throws: ``ErrorCode/userNotFound``.
    public func user(_ id: User.ID) async throws -> User {
        guard let user = try await users.user(id) else { throw MsgError(.userNotFound, "There is no such user.") }
        return user
    }

    /// Gives a role, activates or deactivates, in one step. Sockets of who gets a role or is deactivated are closed, as
    /// they carry the role that they came with; deactivation ends all sessions too. Safe to repeat after a failure.
    /// - Throws: ``ErrorCode/forbidden`` for an administrator's own account, and when the administrator is none any more in
    ///   the moment of the change: so one is always left, also when two take each other's role at once.
    public func change(_ user: User, role: UserRole? = nil, isActive: Bool? = nil) async throws -> User {
        var change = UserChange(role: role, isActive: isActive)
        if case .user(let administrator, _) = actor {
            guard administrator != user.id else {
                throw MsgError(.forbidden, "Your own role and activity are for another administrator to change.")
            }
            change.condition = .administrator(administrator)
        }
        let changed: User
        do {
            changed = try await update(user, change)
        } catch let error as MsgError where error.code == .conflict {
            throw MsgError(.forbidden, "You are no administrator any more; nothing was changed.")
        }
        if let role, role != user.role {
            accounts.audit.record(.roleChanged(of: user.id, from: user.role, to: role), by: actor)
        }
        if let isActive, isActive != user.isActive {
            accounts.audit.record(isActive ? .activated(user.id) : .deactivated(user.id), by: actor)
        }
        if isActive == false { try await accounts.endSessions(of: user.id, except: nil, by: actor) }
        if role != nil || isActive == false {
            try await accounts.realtime.sendConfirmed([.disconnect(members: [.user(user.id)])])
        }
        return changed
    }

    /// Sets a password and ends all sessions.
    public func setPassword(_ password: Password, of user: User) async throws -> User {
        let changed = try await update(user, UserChange(passwordHash: try await accounts.hasher.hash(password.text)))
        accounts.audit.record(.passwordChanged(of: user.id), by: actor)
        try await accounts.endSessions(of: user.id, except: nil, by: actor)
        return changed
    }

    /// The sessions of a user that have not ended, the latest first, at most ``AccountService/maximumListed``.
    public func sessions(of user: User) async throws -> [Session] { try await accounts.sessions(of: user.id) }

    /// Ends all sessions of a user; returns how many there were.
    public func revokeSessions(of user: User) async throws -> Int {
        let count = try await accounts.endSessions(of: user.id, except: nil, by: actor)
        // Also sockets of sessions that were ended before by a call that could not tell of it.
        try await accounts.realtime.sendConfirmed([.disconnect(members: [.user(user.id)])])
        return count
    }

    /// Moves a user to a pool; the plans that there are stay as they are.
    /// - Throws: ``ErrorCode/validationFailed`` when no pool can have such a name.
    public func setPool(_ pool: String, of user: User) async throws -> User {
        try await update(user, UserChange(pool: try Plan.validPool(pool)), "pool")
    }

    /// Has a user pause until a day, on which they take part again; nil ends the pause.
    public func setPause(_ date: PlanDate?, of user: User) async throws -> User {
        try await update(user, UserChange(pausedUntil: .some(date)), "pausedUntil")
    }

    /// Bounds in how many plans of any seven days a user is, by a number of ``User/weeklyLimits``; nil for the pool's
    /// number.
    public func setWeeklyLimit(_ limit: Int?, of user: User) async throws -> User {
        try await update(user, UserChange(weeklyLimit: .some(limit)), "weeklyLimit")
    }

    /// Has a user never be paired with another.
    /// - Throws: as ``ExclusionService/exclude(_:by:)``.
    public func exclude(_ other: User.ID, by user: User) async throws {
        try await exclusions.exclude(other, by: user.id)
        accounts.audit.record(.accountChanged(user.id, field: "exclusions"), by: actor)
    }

    /// Takes a user's exclusion of another back.
    /// - Throws: as ``ExclusionService/include(_:by:)``.
    public func include(_ other: User.ID, by user: User) async throws {
        try await exclusions.include(other, by: user.id)
        accounts.audit.record(.accountChanged(user.id, field: "exclusions"), by: actor)
    }

    /// - Parameter field: what the audit log calls the change; nil when it is told otherwise.
    private func update(_ user: User, _ change: UserChange, _ field: String? = nil) async throws -> User {
        guard let changed = try await users.update(user.id, change, at: accounts.clock.now) else {
            throw MsgError(.userNotFound, "The user is gone.")
        }
        if let field { accounts.audit.record(.accountChanged(user.id, field: field), by: actor) }
        return changed
    }
}
