import Foundation

/// What changes in an account; nil leaves a field as it is.
public struct UserChange: Sendable, Equatable {
    public var username: String?
    /// `.some(nil)` removes the avatar.
    public var avatar: String??
    public var passwordHash: String?
    public var role: UserRole?
    public var isActive: Bool?
    public var autoMessages: Bool?
    /// `.some(nil)` makes it unknown again.
    public var timeZone: String??
    public var pool: String?
    /// `.some(nil)` ends the pause.
    public var pausedUntil: PlanDate??
    /// `.some(nil)` makes the pool's number hold again.
    public var weeklyLimit: Int??
    /// What has to hold for any of it to change.
    public var condition: Condition

    public init(
        username: String? = nil, avatar: String?? = nil, passwordHash: String? = nil, role: UserRole? = nil,
        isActive: Bool? = nil, autoMessages: Bool? = nil, timeZone: String?? = nil, pool: String? = nil,
        pausedUntil: PlanDate?? = nil, weeklyLimit: Int?? = nil, condition: Condition = .none
    ) {
        self.username = username
        self.avatar = avatar
        self.passwordHash = passwordHash
        self.role = role
        self.isActive = isActive
        self.autoMessages = autoMessages
        self.timeZone = timeZone
        self.pool = pool
        self.pausedUntil = pausedUntil
        self.weeklyLimit = weeklyLimit
        self.condition = condition
    }
}
