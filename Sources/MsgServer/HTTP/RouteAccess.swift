import MsgKit

/// Who may call a route. What a caller may do with a single conversation or message is `Principal`'s to say.
enum RouteAccess: Sendable, Equatable {
    case anyone
    /// Who shows a good access token, and has this role or a higher one.
    case role(UserRole)

    static let user = RouteAccess.role(.user)
    static let admin = RouteAccess.role(.admin)
}
