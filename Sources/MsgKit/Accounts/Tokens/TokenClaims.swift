import JWTKit

/// What a token says. `userId` is the original's claim; the others are RFC 7519's registered ones and `sid`.
public struct TokenClaims: JWTPayload, Equatable {
    /// What a token is good for; one kind is never taken for the other.
    public enum Use: String, Sendable, Codable {
        case access
        case refresh
    }

    public var userId: User.ID
    public var sub: User.ID
    public var sid: Session.ID
    public var jti: String
    /// Seconds since 1970.
    public var iat: Int64
    /// Seconds since 1970.
    public var exp: Int64
    public var iss: String
    public var aud: String
    public var use: Use

    /// Nothing: times and names are compared with the injected clock and the configuration by ``TokenIssuer``.
    public func verify(using algorithm: some JWTAlgorithm) {}
}
