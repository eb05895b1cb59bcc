import Foundation
import Logging

/// Another service whose tokens let people in here. Such a token opens a session like a password does; from then on there
/// are msgctl's own tokens, so that ending sessions and roles are one thing for everybody.
public struct OutsideIssuer: Sendable {
    /// A longer token is refused unread; others put more into theirs.
    public static let maximumLength = 16 * 1024
    /// By how much another machine's clock may be ahead.
    private static let leeway: TimeInterval = 60

    private let issuer: String
    private let audience: String
    private let identity: OutsideIdentity
    private let file: KeySetFile
    private let clock: any WallClock

    /// - Parameters:
    ///   - issuer: the `iss` that its tokens must have.
    ///   - audience: what must be in their `aud`: a token for another service is none for this one.
    ///   - file: the path of its JWKS.
    public init(
        issuer: String, audience: String, identity: OutsideIdentity, file: String, clock: any WallClock,
        audit: AuditLog, logger: Logger
    ) {
        self.issuer = issuer
        self.audience = audience
        self.identity = identity
        self.file = KeySetFile(path: file, audit: audit, logger: logger)
        self.clock = clock
    }

    /// Reads the keys, so that a file that can't be used is told of at the start.
    /// - Throws: ``ErrorCode/configuration``.
    public func prepare() async throws { _ = try await file.keys() }

    /// The account that a token stands for; nil when there is none.
    /// - Throws: ``ErrorCode/invalidToken``, ``ErrorCode/tokenExpired``.
    func user(of token: String, in users: any UserStore) async throws -> User? {
        guard token.utf8.count <= Self.maximumLength else { throw Self.invalid() }
        let keys = try await file.keys()
        let claims: OutsideClaims
        do {
            claims = try await keys.claims(of: token, as: OutsideClaims.self)
        } catch {
            throw Self.invalid(cause: error)
        }
        let now = clock.now.timeIntervalSince1970
        guard claims.iss == issuer, claims.aud.contains(audience), claims.nbf ?? now <= now + Self.leeway else {
            throw Self.invalid()
        }
        guard claims.exp > now else { throw MsgError(.tokenExpired, "The token has expired.") }
        switch identity {
        case .email:
            // An address that anybody may claim there would open anybody's account here.
            guard claims.emailIsVerified == true, let email = claims.email else { throw Self.invalid() }
            return try await users.user(email: email)
        case .username:
            guard let name = claims.preferredUsername else { throw Self.invalid() }
            return try await users.user(username: name)
        case .id:
            guard let subject = claims.sub else { throw Self.invalid() }
            guard let id = User.ID(subject) else { return nil }
            return try await users.user(id)
        }
    }

    private static func invalid(cause: (any Error)? = nil) -> MsgError {
        MsgError(.invalidToken, "The token is not one that lets people in here.", cause: cause)
    }
}
