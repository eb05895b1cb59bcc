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

    public init(
        username: String? = nil, avatar: String?? = nil, passwordHash: String? = nil, role: UserRole? = nil,
        isActive: Bool? = nil, autoMessages: Bool? = nil, timeZone: String?? = nil
    ) {
        self.username = username
        self.avatar = avatar
        self.passwordHash = passwordHash
        self.role = role
        self.isActive = isActive
        self.autoMessages = autoMessages
        self.timeZone = timeZone
    }
}
