import Foundation
import JWTKit
import Logging
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@testable import MsgServer

/// Log-ins by tokens of another issuer, whose keys are in a file.
@Suite(.timeLimit(.minutes(1)))
struct OutsideIssuerTests {
    /// Another issuer: its key and what it writes into a file.
    private struct Outside {
        let key: EdDSA.PrivateKey
        let kid: String

        init(_ kid: String) throws {
            key = try EdDSA.PrivateKey(curve: .ed25519)
            self.kid = kid
        }

        var entry: String {
            let x = key.publicKey.rawRepresentation.base64EncodedString().replacing("+", with: "-")
                .replacing("/", with: "_").replacing("=", with: "")
            return #"{"kty":"OKP","crv":"Ed25519","use":"sig","kid":"\#(kid)","x":"\#(x)"}"#
        }

        func token(_ claims: Claims) async throws -> String {
            let keys = JWTKeyCollection()
            await keys.add(eddsa: key)
            return try await keys.sign(claims, header: ["kid": .string(kid)])
        }
    }

    private struct Claims: JWTPayload {
        var iss = "https://id.example.org"
        var aud: [String]? = ["other", "chat"]
        var exp: Double?
        var nbf: Double?
        var sub: String?
        var email: String?
        var email_verified: Bool?
        var preferred_username: String?

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    /// A world whose accounts take tokens of an issuer with this file of keys.
    private func with(
        _ identity: OutsideIdentity = .email, file text: String?,
        _ body: (World, AccountService, URL) async throws -> Void
    ) async throws {
        try await World.with { world in
            let file = FileManager.default.temporaryDirectory.appending(path: "jwks-\(UUID().uuidString).json")
            defer { try? FileManager.default.removeItem(at: file) }
            if let text { try Data(text.utf8).write(to: file) }
            let audit = AuditLog(logger: LogJournal.logger(world.audited))
            let outside = OutsideIssuer(
                issuer: "https://id.example.org", audience: "chat", identity: identity, file: file.path,
                clock: world.clock, audit: audit, logger: World.silent)
            let tokens = TokenIssuer(
                signing: await TokenKey(secret: Array("a secret of more than thirty-two bytes".utf8)),
                issuer: "msgctl", audience: "clients", accessLifetime: .seconds(900),
                refreshLifetime: .seconds(2_592_000), clock: world.clock)
            let accounts = AccountService(
                users: world.store.users, sessions: world.store.sessions, hasher: PasswordHasher(cost: 4),
                tokens: tokens, realtime: world.realtime, clock: world.clock, identifiers: world.identifiers,
                refreshGrace: .seconds(10), audit: audit, outside: outside)
            try await body(world, accounts, file)
        }
    }

    private func keySet(_ entries: String...) -> String { #"{"keys":[\#(entries.joined(separator: ","))]}"# }

    private func claims(_ world: World, email: String = "ada@example.org", isVerified: Bool? = true) -> Claims {
        Claims(exp: world.clock.now.timeIntervalSince1970 + 60, email: email, email_verified: isVerified)
    }

    @Test func aTokenOpensASessionOfOnesOwn() async throws {
        let outside = try Outside("one")
        try await with(file: keySet(outside.entry)) { world, accounts, _ in
            let ada = try await world.person("ada")
            let opened = try await accounts.logIn(outsideToken: try await outside.token(claims(world)))
            #expect(opened.user.id == ada.id)
            let principal = try await accounts.authenticate(opened.tokens.accessToken).principal
            #expect(principal.id == ada.id)
            // Like any other: it can be ended, and the outside token is no access token.
            try await accounts.logOut(principal)
            await expect(.sessionRevoked) { try await accounts.authenticate(opened.tokens.accessToken) }
            let token = try await outside.token(claims(world))
            await expect(.invalidToken) { try await accounts.authenticate(token) }
        }
    }

    @Test func onlyWhatIsForThisServiceAndOfThatIssuerCounts() async throws {
        let outside = try Outside("one")
        try await with(file: keySet(outside.entry)) { world, accounts, _ in
            _ = try await world.person("ada")
            let now = world.clock.now.timeIntervalSince1970
            let good = claims(world)
            var wrong: [(ErrorCode, Claims)] = []
            func change(_ code: ErrorCode = .invalidToken, _ edit: (inout Claims) -> Void) {
                var claims = good
                edit(&claims)
                wrong.append((code, claims))
            }
            change { $0.iss = "https://id.example.com" }
            change { $0.aud = ["other"] }
            change { $0.aud = [] }
            change { $0.aud = nil }
            change { $0.exp = nil }
            change(.tokenExpired) { $0.exp = now }
            change { $0.nbf = now + 61 }
            change { $0.email = nil }
            change { $0.email_verified = nil }
            change { $0.email_verified = false }
            change(.invalidCredentials) { $0.email = "nobody@example.org" }
            for (code, claims) in wrong {
                let token = try await outside.token(claims)
                await expect(code) { try await accounts.logIn(outsideToken: token) }
            }
            let forger = try Outside("one")
            let forged = try await forger.token(good)
            await expect(.invalidToken) { try await accounts.logIn(outsideToken: forged) }
            for text in ["", "x.y.z", String(repeating: "a", count: 20_000)] {
                await expect(.invalidToken) { try await accounts.logIn(outsideToken: text) }
            }
            #expect(try await accounts.logIn(outsideToken: try await outside.token(good)).user.username == "ada")
        }
    }

    @Test func deactivatedAccountsStayClosed() async throws {
        let outside = try Outside("one")
        try await with(file: keySet(outside.entry)) { world, accounts, _ in
            _ = try await world.person("ada", isActive: false)
            let token = try await outside.token(claims(world))
            await expect(.invalidCredentials) { try await accounts.logIn(outsideToken: token) }
        }
    }

    @Test(arguments: OutsideIdentity.allCases)
    func theConfiguredClaimSaysWhoItIs(identity: OutsideIdentity) async throws {
        let outside = try Outside("one")
        try await with(identity, file: keySet(outside.entry)) { world, accounts, _ in
            let (ada, bob, eve) = (
                try await world.person("ada"), try await world.person("bob"), try await world.person("eve")
            )
            var claims = claims(world)
            claims.preferred_username = "Bob"
            claims.sub = eve.id.description
            let wanted = [OutsideIdentity.email: ada.id, .username: bob.id, .id: eve.id][identity]
            #expect(try await accounts.logIn(outsideToken: try await outside.token(claims)).user.id == wanted)
            claims.sub = "a person of another system"
            if identity == .id {
                let token = try await outside.token(claims)
                await expect(.invalidCredentials) { try await accounts.logIn(outsideToken: token) }
            }
        }
    }

    @Test func aChangedFileIsReadAgainAndABrokenOneIsNot() async throws {
        let (old, new) = (try Outside("old"), try Outside("new"))
        try await with(file: keySet(old.entry)) { world, accounts, file in
            _ = try await world.person("ada")
            let (first, second) = (try await old.token(claims(world)), try await new.token(claims(world)))
            _ = try await accounts.logIn(outsideToken: first)
            await expect(.invalidToken) { try await accounts.logIn(outsideToken: second) }
            try Data(keySet(old.entry, new.entry).utf8).write(to: file)
            _ = try await accounts.logIn(outsideToken: first)
            _ = try await accounts.logIn(outsideToken: second)
            for broken in ["", "{", #"{"keys":[]}"#, #"{"keys":7}"#, String(repeating: " ", count: 2 << 20)] {
                try Data(broken.utf8).write(to: file)
                _ = try await accounts.logIn(outsideToken: second)
            }
            try FileManager.default.removeItem(at: file)
            _ = try await accounts.logIn(outsideToken: second)
            try Data(keySet(new.entry).utf8).write(to: file)
            await expect(.invalidToken) { try await accounts.logIn(outsideToken: first) }
            _ = try await accounts.logIn(outsideToken: second)
        }
    }

    @Test func keysForOtherThingsAreLeftOut() async throws {
        let outside = try Outside("one")
        let others = [
            #"{"kty":"RSA","use":"enc","alg":"RSA-OAEP","kid":"enc","n":"AQAB","e":"AQAB"}"#,
            #"{"kty":"oct","k":"AAAA","kid":"one","alg":"HS256"}"#, #"{"kty":"EC","crv":"P-521","kid":"two"}"#,
            #"{"kty":"RSA","kid":"three","n":"","e":""}"#, "7", "null", #"{"kid":7}"#, "{}",
        ]
        try await with(file: keySet(others.joined(separator: ","), outside.entry)) { world, accounts, _ in
            _ = try await world.person("ada")
            _ = try await accounts.logIn(outsideToken: try await outside.token(claims(world)))
        }
    }

    @Test(arguments: [nil, "", "[]", #"{"keys":[{"kty":"oct","k":"AAAA","kid":"a"}]}"#])
    func aFileWithoutKeysIsToldAtTheStart(text: String?) async throws {
        try await with(file: text) { _, accounts, file in
            await #expect { try await accounts.prepareKeys() } throws: { error in
                let known = error as? MsgError
                return known?.code == .configuration && known?.operatorMessage.contains(file.path) == true
            }
        }
    }

    @Test func withoutAnIssuerThereIsNoSuchWay() async throws {
        try await World.with { world in
            let answer = try await TestAPI(world).post("/api/auth/exchange", #"{"token":"a.b.c"}"#)
            #expect(answer.status == 404)
            let empty = try await TestAPI(world).post("/api/auth/exchange", "{}")
            #expect(empty.status == 401 && empty["code"] == .string("authentication_required"))
        }
    }
}
