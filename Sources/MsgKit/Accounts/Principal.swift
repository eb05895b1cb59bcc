import Foundation

/// Who a request or a socket acts for.
public struct Principal: Sendable, Equatable {
    public var user: UserReference
    public var role: UserRole
    public var session: Session.ID

    public init(user: UserReference, role: UserRole, session: Session.ID) {
        self.user = user
        self.role = role
        self.session = session
    }

    public var id: User.ID { user.id }
}
