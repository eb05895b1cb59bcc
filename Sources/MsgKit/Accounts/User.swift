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
    /// When the user's last socket closed.
    public var lastSeen: Date?
    public var createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, username: String, email: String, passwordHash: String, avatar: String? = nil, role: UserRole = .user,
        isActive: Bool = true, autoMessages: Bool = true, timeZone: String? = nil, lastSeen: Date? = nil,
        createdAt: Date, updatedAt: Date
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
        self.lastSeen = lastSeen
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var reference: UserReference { UserReference(id: id, username: username, avatar: avatar) }
}
