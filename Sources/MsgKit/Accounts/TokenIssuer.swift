import Crypto
import Foundation
import JWTKit

/// Signs tokens and reads them back: JWT, HS256, the key named by `kid`.
public struct TokenIssuer: Sendable {
    /// A longer token is refused unread.
    public static let maximumLength = 4096

    private let keys: JWTKeyCollection
    private let keyID: JWKIdentifier
    private let issuer: String
    private let audience: String
    private let clock: any WallClock
    public let accessLifetime: Duration
    public let refreshLifetime: Duration

    public init(
        secret: [UInt8], issuer: String, audience: String, accessLifetime: Duration, refreshLifetime: Duration,
        clock: any WallClock
    ) async {
        // The id gives nothing away: it is the beginning of a hash, and only tells keys apart.
        let digest = SHA256.hash(data: Array("msgctl kid".utf8) + secret)
        keyID = JWKIdentifier(
            string: digest.prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
        // Sorted keys make one grant sign to one token, so that a replayed refresh gets the very same successor.
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        keys = JWTKeyCollection()
        await keys.add(
            hmac: HMACKey(from: secret), digestAlgorithm: .sha256, kid: keyID,
            serializer: DefaultJWTSerializer(jsonEncoder: encoder))
        self.issuer = issuer
        self.audience = audience
        self.accessLifetime = accessLifetime
        self.refreshLifetime = refreshLifetime
        self.clock = clock
    }

    /// A new access token for a session, and the refresh token of its grant.
    public func pair(user: User.ID, session: Session.ID, grant: RefreshGrant) async throws -> TokenPair {
        let now = Int64(clock.now.timeIntervalSince1970)
        let lifetime = accessLifetime.components.seconds
        var claims = TokenClaims(
            userId: user, sub: user, sid: session, jti: Self.randomTokenID(), iat: now, exp: now + lifetime,
            iss: issuer, aud: audience, use: .access)
        let access = try await keys.sign(claims, kid: keyID)
        claims.jti = grant.tokenID
        claims.iat = Int64(grant.issuedAt.timeIntervalSince1970)
        claims.exp = Int64(grant.expiresAt.timeIntervalSince1970)
        claims.use = .refresh
        let refresh = try await keys.sign(claims, kid: keyID)
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
            claims = try await keys.verify(token, as: TokenClaims.self)
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
