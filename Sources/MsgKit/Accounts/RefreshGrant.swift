import Foundation

/// What a refresh token says beside whose it is; the same grant always signs to the same token.
public struct RefreshGrant: Sendable, Equatable, Codable {
    /// The token's `jti`.
    public var tokenID: String
    /// Whole seconds.
    public var issuedAt: Date
    /// Whole seconds; the session ends then.
    public var expiresAt: Date

    public init(tokenID: String, issuedAt: Date, expiresAt: Date) {
        self.tokenID = tokenID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
