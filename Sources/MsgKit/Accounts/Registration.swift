/// What a new account is made from.
public struct Registration: Sendable, Equatable {
    public var username: Username
    public var email: EmailAddress
    public var password: Password
    public var role: UserRole

    public init(username: Username, email: EmailAddress, password: Password, role: UserRole = .user) {
        self.username = username
        self.email = email
        self.password = password
        self.role = role
    }
}
