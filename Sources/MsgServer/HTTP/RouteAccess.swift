/// Who may call a route. What a caller may do with a single conversation or message is checked where it is done.
enum RouteAccess: Sendable {
    case anyone
    /// Who shows a good access token.
    case user
}
