import Foundation
import JWTKit

/// Signs tokens and reads them back: JWT, the key named by `kid`. Tokens of keys that signed before stay good, so that a
/// key can be changed without logging anybody out.
public struct TokenIssuer: Sendable {
    /// A longer token is refused unread.
    public static let maximumLength = 4096

    private let signing: TokenKey
    private let keys: TokenKeys
    private let issuer: String
    private let audience: String
    private let clock: any WallClock
    public let accessLifetime: Duration
    public let refreshLifetime: Duration

    /// - Parameters:
    ///   - signing: a key that can sign.
    ///   - accepted: others whose tokens are good too.
    public init(
        signing: TokenKey, accepted: [TokenKey] = [], issuer: String, audience: String, accessLifetime: Duration,
        refreshLifetime: Duration, clock: any WallClock
    ) {
        self.signing = signing
        keys = TokenKeys([signing] + accepted, usual: signing)
        self.issuer = issuer
        self.audience = audience
        self.accessLifetime = accessLifetime
        self.refreshLifetime = refreshLifetime
        self.clock = clock
    }

    /// The ids of the keys, that of the one that signs first.
    public var keyIDs: [String] { [signing.id] + keys.ids.filter { $0 != signing.id } }

    /// A new access token for a session, and the refresh token of its grant.
    public func pair(user: User.ID, session: Session.ID, grant: RefreshGrant) async throws -> TokenPair {
        let now = Int64(clock.now.timeIntervalSince1970)
        let lifetime = accessLifetime.components.seconds
        var claims = TokenClaims(
            userId: user, sub: user, sid: session, jti: Self.randomTokenID(), iat: now, exp: now + lifetime,
            iss: issuer, aud: audience, use: .access)
        let access = try await signing.sign(claims)
        claims.jti = grant.tokenID
        claims.iat = Int64(grant.issuedAt.timeIntervalSince1970)
        claims.exp = Int64(grant.expiresAt.timeIntervalSince1970)
        claims.use = .refresh
        let refresh = try await signing.sign(claims)
        return TokenPair(accessToken: access, refreshToken: refresh, expiresIn: Int(lifetime))
    }

    /// A grant for a refresh token issued now.
    public func newGrant() -> RefreshGrant {
        let now = clock.now.timeIntervalSince1970.rounded(.down)
        return RefreshGrant(
            tokenID: Self.randomTokenID(), issuedAt: Date(timeIntervalSince1970: now),
            expiresAt: Date(timeIntervalSince1970: now + Double(refreshLifetime.components.seconds)))
    }

    /// What a token says, once its signature, times, issuer, audience and use are as they must be.
    /// - Throws: ``ErrorCode/tokenExpired`` or ``ErrorCode/invalidToken``.
    public func claims(of token: String, use: TokenClaims.Use) async throws -> TokenClaims {
        guard token.utf8.count <= Self.maximumLength else { throw Self.invalid() }
        let claims: TokenClaims
        do {
            claims = try await keys.claims(of: token, as: TokenClaims.self)
        } catch {
            throw Self.invalid(cause: error)
        }
        guard claims.iss == issuer, claims.aud == audience, claims.sub == claims.userId, claims.use == use else {
            throw Self.invalid()
        }
        let now = Int64(clock.now.timeIntervalSince1970)
        guard claims.exp > now else {
            throw MsgError(.tokenExpired, "The token has expired; refresh it or log in again.")
        }
        return claims
    }

    private static func invalid(cause: (any Error)? = nil) -> MsgError {
        MsgError(.invalidToken, "The token is not valid; log in again.", cause: cause)
    }

    /// 128 random bits, base64url without padding.
    private static func randomTokenID() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }
}
