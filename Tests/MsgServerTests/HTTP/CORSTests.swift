import HTTPTypes
import Hummingbird
import MsgKit
import MsgTestKit
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct CORSTests {
    private static let page = "https://chat.example.org"

    private func ask(
        _ origins: [String], origin: String?, _ method: HTTPRequest.Method = .get, path: String = "/api/health/live",
        preflight: Bool = false
    ) async throws -> TestAPI.Answer {
        var headers: HTTPFields = [:]
        headers[.origin] = origin
        if preflight { headers[.accessControlRequestMethod] = "POST" }
        var answer = TestAPI.Answer(status: 0, headers: [:], text: "")
        try await World.with { world in
            answer = try await TestAPI(world, origins: origins).ask(method, path, headers: headers)
        }
        return answer
    }

    @Test func anAllowedPageMayReadAnswersWithItsCredentials() async throws {
        let answer = try await ask([Self.page], origin: Self.page)
        #expect(answer.status == 200)
        #expect(answer.headers[.accessControlAllowOrigin] == Self.page)
        #expect(answer.headers[.accessControlAllowCredentials] == "true")
        #expect(answer.headers[.vary] == "Origin")
    }

    @Test func failuresCanBeReadToo() async throws {
        let answer = try await ask([Self.page], origin: Self.page, path: "/api/auth/me")
        #expect(answer.status == 401 && answer.headers[.accessControlAllowOrigin] == Self.page)
    }

    @Test(arguments: [
        "https://evil.example.org", "http://chat.example.org", "https://chat.example.org:8443", "null",
        "https://chat.example.org.evil.org", "https://CHAT.example.org/", "",
    ])
    func otherPagesMayNot(origin: String) async throws {
        for preflight in [false, true] {
            let answer = try await ask([Self.page], origin: origin, preflight ? .options : .get, preflight: preflight)
            #expect(answer.headers[.accessControlAllowOrigin] == nil)
            #expect(answer.headers[.accessControlAllowCredentials] == nil)
            #expect(answer.headers[.accessControlAllowMethods] == nil)
        }
    }

    @Test func aPreflightIsAnsweredWithoutTheRoute() async throws {
        let answer = try await ask([Self.page], origin: Self.page, .options, path: "/api/auth/me", preflight: true)
        #expect(answer.status == 204 && answer.text.isEmpty)
        #expect(answer.headers[.accessControlAllowMethods] == "GET, POST, PUT, PATCH, DELETE")
        #expect(answer.headers[.accessControlAllowHeaders] == "Authorization, Content-Type, X-Request-Id")
        #expect(answer.headers[.accessControlMaxAge] == "600")
    }

    @Test func anyPageMayWithoutCredentials() async throws {
        let answer = try await ask(["*"], origin: "https://anyone.example.org")
        #expect(answer.headers[.accessControlAllowOrigin] == "*")
        #expect(answer.headers[.accessControlAllowCredentials] == nil)
        let named = try await ask(["*", Self.page], origin: Self.page)
        #expect(named.headers[.accessControlAllowOrigin] == Self.page)
    }

    @Test func withoutAnOriginNothingIsAdded() async throws {
        let answer = try await ask([Self.page], origin: nil)
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        #expect(try await ask([Self.page], origin: nil, .options, preflight: true).status == 405)
    }

    @Test func everyAnswerTellsBrowsersToTakeItForNothingElse() async throws {
        for path in ["/api/health/live", "/nothing"] {
            let answer = try await ask([], origin: nil, path: path)
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(answer.headers[.cacheControl] == "no-store")
        }
    }
}
