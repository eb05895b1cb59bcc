import HTTPTypes
import MsgKit
import MsgTestKit
import Testing

@testable import MsgServer

/// The limits in the API. All requests of ``TestAPI`` have one address, which is not known.
@Suite(.timeLimit(.minutes(1)))
struct RateLimitTests {
    private static let login = #"{"email":"ada@example.org","password":"wrong horse"}"#

    private func limits(_ change: (inout Configuration.Limits) -> Void) -> Configuration.Limits {
        var limits = Configuration.Limits.none
        change(&limits)
        return limits
    }

    private func header(_ name: String, _ answer: TestAPI.Answer) -> String? {
        HTTPField.Name(name).flatMap { answer.headers[$0] }
    }

    @Test func everyAnswerTellsWhatIsLeft() async throws {
        try await World.with { world in
            let api = TestAPI(world, limits: limits { $0.requests = RateLimit(3, per: .seconds(160)) })
            for left in [2, 1, 0] {
                let answer = try await api.ask(.get, "/api/auth/me")
                #expect(answer.status == 401)
                #expect(header("RateLimit-Limit", answer) == "3")
                #expect(header("RateLimit-Remaining", answer) == "\(left)")
                #expect(header("RateLimit-Policy", answer) == "3;w=160")
                #expect(header("RateLimit-Reset", answer).flatMap { Int($0) }.map { (1...170).contains($0) } == true)
                #expect(answer.headers[.retryAfter] == nil)
            }
            let refused = try await api.ask(.get, "/api/auth/me")
            #expect(refused.status == 429 && refused["code"] == .string("rate_limited"))
            #expect(header("RateLimit-Remaining", refused) == "0")
            let wait = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
            #expect(header("RateLimit-Reset", refused) == "\(wait)")
            world.clock.advance(by: .seconds(wait))
            #expect(try await api.ask(.get, "/api/auth/me").status == 401)
        }
    }

    @Test func logInsOverTheLimitAreToldOnceAWindow() async throws {
        try await World.with { world in
            let api = TestAPI(world, limits: limits { $0.logins = RateLimit(2, per: .seconds(160)) })
            let user = try await world.person("ada")
            func lines() -> [String] { world.audited.entries.filter { $0.contains("login.limited") } }
            let line = "notice: login.limited by=nobody means=password user=\(user.id)"
            for _ in 0..<5 { _ = try await api.post("/api/auth/login", Self.login) }
            #expect(lines() == [line])
            let upper = Self.login.replacing("ada@example.org", with: " ADA@Example.org ")
            #expect(try await api.post("/api/auth/login", upper).status == 429)
            #expect(lines() == [line])
            for _ in 0..<3 {
                _ = try await api.post("/api/auth/login", Self.login.replacing("ada", with: "nobody"))
            }
            #expect(lines() == [line, "notice: login.limited by=nobody means=password"])
            world.clock.advance(by: .seconds(180))
            for _ in 0..<3 { _ = try await api.post("/api/auth/login", Self.login) }
            #expect(lines().count == 3)
        }
    }

    @Test func triesOfACurrentPasswordOverTheLimitAreTold() async throws {
        try await World.with { world in
            let api = TestAPI(world, limits: limits { $0.logins = RateLimit(2, per: .seconds(160)) })
            let token = try await api.logIn(world, role: .user)
            world.audited.clear()
            for status in [400, 400, 429, 429] {
                let answer = try await api.ask(
                    .post, "/api/auth/password",
                    headers: [.authorization: "Bearer \(token)", .contentType: "application/json"],
                    body: #"{"currentPassword":"a guess","newPassword":"swordfish"}"#)
                #expect(answer.status == status)
            }
            let told = world.audited.entries.map { $0.split(separator: " ")[1] }
            #expect(told == ["login.failed", "login.failed", "login.limited"])
            #expect(world.audited.entries.last?.contains("means=password_change") == true)
        }
    }

    @Test func nothingThatIsSentTurnsALimitOff() async throws {
        try await World.with { world in
            let api = TestAPI(world, limits: limits { $0.requests = RateLimit(1, per: .seconds(60)) })
            #expect(try await api.ask(.get, "/api/auth/me").status == 401)
            for name in ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-RateLimit-Bypass", "X-Skip-Rate-Limit"] {
                let field = try #require(HTTPField.Name(name))
                #expect(try await api.ask(.get, "/api/auth/me", headers: [field: "127.0.0.1"]).status == 429)
            }
            let body = #"{"email":"a@b.org","password":"x","skipRateLimit":true,"isTest":true}"#
            #expect(try await api.post("/api/auth/login", body).status == 429)
            for path in ["/api/auth/me?skip=1", "//api/auth/me", "/api//auth/me", "/api/auth/me/", "/api/auth/%6de"] {
                #expect([404, 429].contains(try await api.ask(.get, path).status), "\(path)")
            }
        }
    }

    @Test func allOfTheAPIButHealthIsCounted() async throws {
        try await World.with { world in
            let api = TestAPI(world, limits: limits { $0.requests = RateLimit(1, per: .seconds(60)) })
            _ = try await api.ask(.get, "/api/auth/me")
            for route in api.routes {
                let path = route.path.replacing(":", with: "")
                let status = try await api.ask(route.method, path).status
                let isCounted = route.path.hasPrefix("/api/") && !route.path.hasPrefix("/api/health")
                #expect((status == 429) == isCounted, "\(route.method) \(route.path)")
            }
        }
    }

    @Test func logInsAreCountedByAccountWhateverTheirPassword() async throws {
        try await World.with { world in
            let api = TestAPI(world, limits: limits { $0.logins = RateLimit(2, per: .seconds(60)) })
            for _ in 0..<2 { #expect(try await api.post("/api/auth/login", Self.login).status == 401) }
            let other = Self.login.replacing("ada@", with: " ADA@")
            for body in [Self.login, other] { #expect(try await api.post("/api/auth/login", body).status == 429) }
            let eve = Self.login.replacing("ada@", with: "eve@")
            let answer = try await api.post("/api/auth/login", eve)
            #expect(answer.status == 401 && header("RateLimit-Remaining", answer) == "1")
            #expect(try await api.post("/api/auth/login", #"{"email":"ada@example.org"}"#).status == 400)
        }
    }

    @Test func messagesAreCountedByUser() async throws {
        try await World.with { world in
            let api = TestAPI(world, limits: limits { $0.messages = RateLimit(2, per: .seconds(60)) })
            func logIn(_ name: String) async throws -> String {
                let account = #""email":"\#(name)@example.org","password":"correct horse""#
                let made = try await api.post("/api/auth/register", #"{"username":"\#(name)",\#(account)}"#)
                #expect(made.status == 201)
                guard case .string(let token) = try await api.post("/api/auth/login", "{\(account)}")["accessToken"]
                else { throw MsgError(.internalError, "no token") }
                return token
            }
            func send(_ token: String, _ content: String) async throws -> Int {
                try await api.ask(
                    .post, "/api/messages/send",
                    headers: [.contentType: "application/json", .authorization: "Bearer \(token)"],
                    body: #"{"conversationId":"65f1a2b3c4d5e6f708192a3b","content":"\#(content)"}"#
                ).status
            }
            let (ada, eve) = (try await logIn("ada"), try await logIn("eve"))
            // What can't be a message is none.
            for _ in 0..<3 { #expect(try await send(ada, "") == 400) }
            for _ in 0..<2 { #expect(try await send(ada, "hello") == 404) }
            #expect(try await send(ada, "hello") == 429)
            #expect(try await send(eve, "hello") == 404)
        }
    }

    @Test func pagesMayReadTheFields() async throws {
        try await World.with { world in
            let page = "https://chat.example.org"
            let api = TestAPI(
                world, origins: [page], limits: limits { $0.requests = RateLimit(1, per: .seconds(60)) })
            for status in [401, 429] {
                let answer = try await api.ask(.get, "/api/auth/me", headers: [.origin: page])
                #expect(answer.status == status)
                let exposed = answer.headers[.accessControlExposeHeaders]?.split(separator: ", ").map(String.init) ?? []
                #expect(Set(exposed).isSuperset(of: RateLimitHeadersMiddleware.names + ["Retry-After"]))
            }
        }
    }
}
