import Foundation
import JWTKit
import MsgKit
import MsgTestKit
import Testing

struct TokenIssuerTests {
    private let clock = FakeClock()
    private let user = User.ID(high: 1, low: 1)
    private let session = Session.ID(high: 2, low: 2)
    private static let secret = Array("a secret of more than thirty-two bytes".utf8)

    private func issuer(
        _ secret: [UInt8] = secret, issuer: String = "msgctl", audience: String = "clients", clock: FakeClock? = nil
    ) async -> TokenIssuer {
        TokenIssuer(
            signing: await TokenKey(secret: secret), issuer: issuer, audience: audience, accessLifetime: .seconds(900),
            refreshLifetime: .seconds(2_592_000), clock: clock ?? self.clock)
    }

    private func expect(
        _ code: ErrorCode, _ token: String, use: TokenClaims.Use = .access, by issuer: TokenIssuer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        await #expect(sourceLocation: sourceLocation) { try await issuer.claims(of: token, use: use) } throws: {
            ($0 as? MsgError)?.code == code
        }
    }

    private func sign(_ claims: TokenClaims, secret: [UInt8] = secret) async throws -> String {
        let keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        return try await keys.sign(claims)
    }

    private static func part(_ token: String, _ index: Int) throws -> [String: Any] {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        var text = String(parts[index]).replacing("-", with: "+").replacing("_", with: "/")
        while text.count % 4 != 0 { text += "=" }
        let data = try #require(Data(base64Encoded: text))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test func aPairSaysWhoAndUntilWhen() async throws {
        let issuer = await issuer()
        let grant = issuer.newGrant()
        let pair = try await issuer.pair(user: user, session: session, grant: grant)
        #expect(pair.expiresIn == 900)
        let access = try await issuer.claims(of: pair.accessToken, use: .access)
        let now = Int64(clock.now.timeIntervalSince1970)
        #expect(access.userId == user && access.sub == user && access.sid == session)
        #expect(access.iat == now && access.exp == now + 900)
        #expect(access.iss == "msgctl" && access.aud == "clients" && access.use == .access)
        let refresh = try await issuer.claims(of: pair.refreshToken, use: .refresh)
        #expect(refresh.jti == grant.tokenID && refresh.exp == now + 2_592_000)
        #expect(access.jti != refresh.jti)
    }

    @Test func theContractsClaimsAreInTheToken() async throws {
        let issuer = await issuer()
        let pair = try await issuer.pair(user: user, session: session, grant: issuer.newGrant())
        let claims = try Self.part(pair.accessToken, 1)
        #expect(Set(["userId", "sub", "sid", "jti", "iat", "exp", "iss", "aud"]).isSubset(of: claims.keys))
        #expect(claims["userId"] as? String == user.description)
        let header = try Self.part(pair.accessToken, 0)
        #expect(header["alg"] as? String == "HS256")
        #expect((header["kid"] as? String)?.isEmpty == false)
    }

    @Test func theSameGrantSignsToTheSameRefreshToken() async throws {
        let issuer = await issuer()
        let grant = issuer.newGrant()
        let first = try await issuer.pair(user: user, session: session, grant: grant)
        clock.advance(by: .seconds(5))
        let second = try await issuer.pair(user: user, session: session, grant: grant)
        #expect(first.refreshToken == second.refreshToken)
        #expect(first.accessToken != second.accessToken)
    }

    @Test func grantsDiffer() async {
        let issuer = await issuer()
        let ids = (0..<1000).map { _ in issuer.newGrant().tokenID }
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy { $0.utf8.count == 22 })
    }

    @Test func aTokenEndsWithItsSecond() async throws {
        let issuer = await issuer()
        let token = try await issuer.pair(user: user, session: session, grant: issuer.newGrant()).accessToken
        clock.advance(by: .seconds(899))
        #expect(try await issuer.claims(of: token, use: .access).sid == session)
        clock.advance(by: .seconds(1))
        await expect(.tokenExpired, token, by: issuer)
    }

    @Test func oneKindIsNeverTakenForTheOther() async throws {
        let issuer = await issuer()
        let pair = try await issuer.pair(user: user, session: session, grant: issuer.newGrant())
        await expect(.invalidToken, pair.refreshToken, use: .access, by: issuer)
        await expect(.invalidToken, pair.accessToken, use: .refresh, by: issuer)
    }

    @Test func anothersTokenIsRefused() async throws {
        let own = await issuer()
        let others = [
            await issuer(Array("another secret of more than thirty-two bytes".utf8)), await issuer(issuer: "else"),
            await issuer(audience: "else"),
        ]
        for other in others {
            let pair = try await other.pair(user: user, session: session, grant: other.newGrant())
            await expect(.invalidToken, pair.accessToken, by: own)
            await expect(.invalidToken, pair.refreshToken, use: .refresh, by: own)
        }
    }

    @Test func whoItIsForMustBeSaidOnlyOnce() async throws {
        let issuer = await issuer()
        let token = try await issuer.pair(user: user, session: session, grant: issuer.newGrant()).accessToken
        var claims = try await issuer.claims(of: token, use: .access)
        #expect(try await issuer.claims(of: try await sign(claims), use: .access) == claims)
        claims.sub = User.ID(high: 9, low: 9)
        await expect(.invalidToken, try await sign(claims), by: issuer)
    }

    @Test func unsignedTokensAreRefused() async throws {
        let issuer = await issuer()
        let token = try await issuer.pair(user: user, session: session, grant: issuer.newGrant()).accessToken
        let parts = token.split(separator: ".")
        for header in [#"{"alg":"none","typ":"JWT"}"#, #"{"alg":"NONE"}"#, #"{"typ":"JWT"}"#, #"{}"#] {
            let encoded = Data(header.utf8).base64EncodedString().replacing("=", with: "")
            await expect(.invalidToken, "\(encoded).\(parts[1]).", by: issuer)
            await expect(.invalidToken, "\(encoded).\(parts[1])", by: issuer)
        }
    }

    @Test func aTokenCutAnywhereIsRefused() async throws {
        let issuer = await issuer()
        let token = try await issuer.pair(user: user, session: session, grant: issuer.newGrant()).accessToken
        for length in stride(from: 0, to: token.utf8.count, by: 7) {
            await expect(.invalidToken, String(token.prefix(length)), by: issuer)
        }
        await expect(.invalidToken, token + "A", by: issuer)
        await expect(.invalidToken, token + ".A", by: issuer)
    }

    @Test func changedTokensAreRefused() async throws {
        let issuer = await issuer()
        let token = try await issuer.pair(user: user, session: session, grant: issuer.newGrant()).accessToken
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var bytes = Array(token.utf8)
            // The last character of a part holds bits that are not of it.
            let index = Int.random(in: 0..<(bytes.count - 1), using: &generator)
            guard bytes[index] != UInt8(ascii: "."), bytes[index + 1] != UInt8(ascii: ".") else { continue }
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            await expect(.invalidToken, String(decoding: bytes, as: UTF8.self), by: issuer)
        }
    }

    @Test(arguments: ["", ".", "..", "...", "a.b.c", "Bearer x", "\u{0}", "😀.😀.😀", String(repeating: ".", count: 4000)])
    func whatIsNoTokenIsRefused(text: String) async {
        await expect(.invalidToken, text, by: await issuer())
    }

    @Test func aLongTokenIsRefusedUnread() async throws {
        let issuer = await issuer()
        let token = try await issuer.pair(user: user, session: session, grant: issuer.newGrant()).accessToken
        var claims = try await issuer.claims(of: token, use: .access)
        claims.jti = String(repeating: "a", count: TokenIssuer.maximumLength)
        await expect(.invalidToken, try await sign(claims), by: issuer)
    }
}
