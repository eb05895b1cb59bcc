import Foundation
import JWTKit
import MsgTestKit
import Testing

@testable import MsgKit

/// Keys of every kind, keys that are changed, and tokens that pretend to be of another kind than they are.
struct TokenKeyTests {
    private static let secret = Array("a secret of more than thirty-two bytes".utf8)
    /// Made for these tests; nothing else knows it.
    private static let rsa = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDLZHMdlnIc4Ocw
        2D1CJwD+e5Mqi6Naav0v67Rnlkr/mco8tD7f9uxzLTXFHGBmA+D/UC/a+C2gEusq
        VkbDYwisec+Iwf/8AlbXx9mqOBcIkE1hDZTlHrYsT4Qh1fbYGJGpnyi8NqGhWAT7
        320bmm3tvupz2P5txms0bZg8PvkFeDeHOH/h+IwSWuYDloFNNc7cyLga81AV0DYq
        dBg5nyOkEwuGaBdY1/ltKOMxiVCj8ZWGJBYBx9M2DKdV7rwn6mxuvXEGRQJD3nUb
        hotDeUDN0bjPmcaxpl15DZ04r5PBLCz/LXqwTxtAf9vJQKNeYJa4YQtgtLIHa4+/
        k9l+XX2JAgMBAAECggEAGDvFLXrN6NvxH9Q75ERibW/K1pBhq7XAqfODAK6bC/5G
        Ztow/Z1didGSrQQXBkCjD7h9ozDbus1WQKqb7s6/a1FuJUS8G8opj7crm4joUahj
        19L28R+qI/hrbV6hdRjkThn9EAPQWTl0CpCR3u6U93U+WQQ7OFgiUNJYB6GXKQv1
        6M/aIggdTYdhjCqM+ur4ndWdKgbCpDXzYq37MedL2rw1mCtmO4DCMk4dN9wSI7Dj
        uPv19OwAuVP6cZW9VYLxdl9sy6q1RPyD2jAHa/8c+OZcC6yyGhshONE24TF/oPcu
        8pxi+3hCDFGiJMjFff5i7Kyl75NtnEhdxKWzlOLsIwKBgQDqO40T8ibocMTChEKw
        7hDbYDtrauNuphaEPM4npEi0j2lFZ5ONgo7gqb7APNk2dk6GA8EEVBOAfhif4A/h
        bhu59OMmVIKR8ljGk7g2G6czmT8TUIy11HFFOIXC0SQSI7qmrR232spXNUQxErGl
        pHm1A6BZlBoT3pj7KIKVi4ffiwKBgQDeSzO55x9xYkGy7eQP7Q4MwOrE30ZMQA2j
        J4zt2X9bdT68txU+Due4KS9NsQ9PLsRfbScfvz7d6XOeXeHn8jzBrYJCVMxTUF2K
        xaRZHyXViU+FexeyCmTE+v8JKJomikEOI2XZ0iZ55ghkhgo0I+Ypv6a5sWnYJhoq
        EmehIu35uwKBgHpEr7Xzt3+qLetj4vQ8sSvypdHCsAm4RRSuMObciN9H5SnHkWxS
        9IYt1Va/7JrTUtX966l4wd1W9T+vVFrWgT6mqFP/1VCd8t1liskj0jnLCvPoHitk
        Q+RgRuKVDYEyiWIsB9FLMkgnk/sRyQ2wN5/XzsIz3xD0J2MjmFa7ySdVAoGAW22c
        0cpw0UazdO+JTM+YZsB2DxEyLaxur3tV6IH7ctdvPVkkAIlK3yD5VsALZur6U7Fm
        VRVouwcIycsdXjPwr0w49iVAgMfeIXSW2x0Hh6NZNLJjFZRWy/ncKZ0sgct9ZF5E
        xuk7cAmfzBChY76cLPGplliVCxTo0AMP4mOmc38CgYEAuPpxmPGa05Rb6GfgMdN0
        RKguPlrNCV1IMLDWCMRdbtBQX1tXnRUXnXCD1opaosdXAi1FH/O4lDEAIHAhKlcm
        PxYASFa8BS3lHyDHUt3JBF0v+N/zRgXbYlPshbYqyhNbD5iol18B1JrkUsKkaF7n
        HQJCoOBYXiOYLnki3lW+Ask=
        -----END PRIVATE KEY-----
        """

    private let clock = FakeClock()
    private let user = User.ID(high: 1, low: 1)
    private let session = Session.ID(high: 2, low: 2)

    private func issuer(_ signing: TokenKey, accepting accepted: [TokenKey] = []) -> TokenIssuer {
        TokenIssuer(
            signing: signing, accepted: accepted, issuer: "msgctl", audience: "msgctl", accessLifetime: .seconds(900),
            refreshLifetime: .seconds(2_592_000), clock: clock)
    }

    /// A private key and the text of its public one.
    private static func key(_ algorithm: TokenAlgorithm) async throws -> (private: TokenKey, publicPEM: String) {
        switch algorithm {
        case .hs256:
            return (await TokenKey(secret: secret), "")
        case .eddsa:
            let key = try EdDSA.PrivateKey(curve: .ed25519)
            return (try #require(await TokenKey(pem: key.pemRepresentation)), key.publicKey.pemRepresentation)
        case .es256:
            let key = ES256PrivateKey()
            return (try #require(await TokenKey(pem: key.pemRepresentation)), key.publicKey.pemRepresentation)
        case .rs256:
            let key = try Insecure.RSA.PrivateKey(pem: rsa)
            return (try #require(await TokenKey(pem: rsa)), key.publicKey.pemRepresentation)
        }
    }

    private func token(_ issuer: TokenIssuer) async throws -> String {
        try await issuer.pair(user: user, session: session, grant: issuer.newGrant()).accessToken
    }

    private func expectRefused(
        _ token: String, by issuer: TokenIssuer, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        await #expect(sourceLocation: sourceLocation) { try await issuer.claims(of: token, use: .access) } throws: {
            ($0 as? MsgError)?.code == .invalidToken
        }
    }

    private static let kinds: [TokenAlgorithm] = [.hs256, .eddsa, .es256, .rs256]

    @Test(arguments: kinds)
    func eachKindSignsAndChecks(algorithm: TokenAlgorithm) async throws {
        let key = try await Self.key(algorithm).private
        #expect(key.algorithm == algorithm && key.canSign)
        let issuer = issuer(key)
        let token = try await token(issuer)
        #expect(TokenHeader(of: token)?.alg == algorithm.rawValue)
        #expect(TokenHeader(of: token)?.kid == key.id)
        #expect(try await issuer.claims(of: token, use: .access).sid == session)
        let other = try await Self.key(algorithm == .rs256 ? .es256 : algorithm).private
        if algorithm == .eddsa || algorithm == .es256 { await expectRefused(token, by: self.issuer(other)) }
    }

    @Test(arguments: kinds.dropFirst())
    func aPublicKeyChecksAndDoesNotSign(algorithm: TokenAlgorithm) async throws {
        let (key, pem) = try await Self.key(algorithm)
        let published = try #require(await TokenKey(pem: pem))
        #expect(!published.canSign && published.id == key.id && published.algorithm == algorithm)
        let token = try await token(issuer(key))
        let reader = issuer(await TokenKey(secret: Self.secret), accepting: [published])
        #expect(try await reader.claims(of: token, use: .access).userId == user)
    }

    @Test(arguments: kinds, kinds)
    func aNewKeyLogsNobodyOut(old: TokenAlgorithm, new: TokenAlgorithm) async throws {
        let before = try await Self.key(old).private
        let after =
            old == .hs256 && new == .hs256
            ? await TokenKey(secret: Array("another secret of more than thirty-two bytes".utf8))
            : try await Self.key(new).private
        let first = issuer(before)
        let grant = first.newGrant()
        let pair = try await first.pair(user: user, session: session, grant: grant)
        let second = issuer(after, accepting: [before])
        #expect(try await second.claims(of: pair.accessToken, use: .access).sid == session)
        #expect(try await second.claims(of: pair.refreshToken, use: .refresh).jti == grant.tokenID)
        let fresh = try await token(second)
        #expect(TokenHeader(of: fresh)?.kid == after.id)
        // Once the old one is given up, its tokens are.
        if before.id != after.id { await expectRefused(pair.accessToken, by: issuer(after)) }
    }

    @Test(arguments: kinds)
    func noOtherAlgorithmThanTheKeysIsTaken(algorithm: TokenAlgorithm) async throws {
        let key = try await Self.key(algorithm).private
        let issuer = issuer(key)
        let parts = try await token(issuer).split(separator: ".")
        for name in ["none", "None", "NONE", "HS256", "HS384", "RS256", "PS256", "ES256", "ES384", "EdDSA", ""]
        where name != algorithm.rawValue {
            for header in [#"{"alg":"\#(name)","kid":"\#(key.id)"}"#, #"{"alg":"\#(name)"}"#] {
                let encoded = Self.base64URL(Data(header.utf8))
                await expectRefused("\(encoded).\(parts[1]).\(parts[2])", by: issuer)
                await expectRefused("\(encoded).\(parts[1]).", by: issuer)
            }
        }
    }

    /// The classic: what everybody may know of a key pair, used as the secret of an HMAC.
    @Test(arguments: kinds.dropFirst())
    func aPublicKeyIsNoSecret(algorithm: TokenAlgorithm) async throws {
        let (key, pem) = try await Self.key(algorithm)
        let issuer = issuer(key, accepting: [await TokenKey(secret: Self.secret)])
        let claims = try await issuer.claims(of: try await token(issuer), use: .access)
        for text in [pem, pem + "\n", pem.trimmingCharacters(in: .newlines)] {
            let forger = JWTKeyCollection()
            await forger.add(hmac: HMACKey(from: Array(text.utf8)), digestAlgorithm: .sha256)
            await expectRefused(try await forger.sign(claims, header: ["kid": .string(key.id)]), by: issuer)
            await expectRefused(try await forger.sign(claims), by: issuer)
        }
    }

    @Test func headersThatAreNotUnderstoodAreRefused() async throws {
        let key = await TokenKey(secret: Self.secret)
        let issuer = issuer(key)
        let claims = try await issuer.claims(of: try await token(issuer), use: .access)
        let signer = JWTKeyCollection()
        await signer.add(hmac: HMACKey(from: Self.secret), digestAlgorithm: .sha256)
        #expect(try await issuer.claims(of: try await signer.sign(claims), use: .access) == claims)
        await expectRefused(try await signer.sign(claims, header: ["kid": .string("unknown")]), by: issuer)
        await expectRefused(try await signer.sign(claims, header: ["kid": .string("../../etc/passwd")]), by: issuer)
        await expectRefused(
            try await signer.sign(claims, header: ["kid": .string(key.id), "crit": .array([.string("exp")])]),
            by: issuer)
    }

    @Test(arguments: [
        "", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", String(repeating: "-", count: 60_000),
    ])
    func whatIsNoKeyIsNone(pem: String) async {
        #expect(await TokenKey(pem: pem) == nil)
    }

    static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
