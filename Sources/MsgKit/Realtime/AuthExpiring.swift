import Foundation

/// `auth_expiring`: the socket's access token expires soon; `auth_refresh` with a new one keeps the socket open.
public struct AuthExpiring: ServerEvent, Equatable {
    public static let name = "auth_expiring"

    public var expiresAt: Date

    public init(expiresAt: Date) {
        self.expiresAt = expiresAt
    }
}
