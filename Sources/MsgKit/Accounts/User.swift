import Foundation

/// A person's account.
public struct User: Sendable, Equatable {
    public typealias ID = Identifier<User>

    public var id: ID
    /// 3–30 of `A-Z a-z 0-9 _`; unique in any letter case.
    public var username: String
    /// Lower case; unique.
    public var email: String
    /// bcrypt, `$2b$`; empty when no password can log in.
    public var passwordHash: String
    /// An absolute URL.
    public var avatar: String?
    public var role: UserRole
    /// A deactivated account can't log in, keeps no session and gets no automatic message.
    public var isActive: Bool
    /// Whether planning may pair this user.
    public var autoMessages: Bool
    /// An IANA name, when known.
    public var timeZone: String?
    /// The pool whose plans the user is in; operators say which.
    public var pool: String
    /// The first day on which the user takes part again; nil when not paused.
    public var pausedUntil: PlanDate?
    /// In how many plans of any seven days the user wants to be at most, one of ``weeklyLimits``; nil for the pool's number.
    public var weeklyLimit: Int?
    /// When the user's last socket closed.
    public var lastSeen: Date?
    public var createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, username: String, email: String, passwordHash: String, avatar: String? = nil, role: UserRole = .user,
        isActive: Bool = true, autoMessages: Bool = true, timeZone: String? = nil, pool: String = Plan.defaultPool,
        pausedUntil: PlanDate? = nil, weeklyLimit: Int? = nil, lastSeen: Date? = nil, createdAt: Date, updatedAt: Date
    ) {
        self.id = id
        self.username = username
        self.email = email
        self.passwordHash = passwordHash
        self.avatar = avatar
        self.role = role
        self.isActive = isActive
        self.autoMessages = autoMessages
        self.timeZone = timeZone
        self.pool = pool
        self.pausedUntil = pausedUntil
        self.weeklyLimit = weeklyLimit
        self.lastSeen = lastSeen
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// What a weekly limit may be.
    public static let weeklyLimits = 0...7

    /// Whether the user pauses on a day.
    public func isPaused(on date: PlanDate) -> Bool { pausedUntil.map { date < $0 } ?? false }

    public var reference: UserReference { UserReference(id: id, username: username, avatar: avatar) }
}
