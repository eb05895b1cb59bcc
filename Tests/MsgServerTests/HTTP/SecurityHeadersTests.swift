import HTTPTypes
import Hummingbird
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct SecurityHeadersTests {
    private static let transport = HTTPField.Name("X-Forwarded-Proto")

    private func headers(of path: String, forwarded: String? = nil) async throws -> HTTPFields {
        var headers: HTTPFields = [:]
        if let forwarded { headers[try #require(Self.transport)] = forwarded }
        var answer = TestAPI.Answer(status: 0, headers: [:], text: "")
        try await World.with { world in
            answer = try await TestAPI(world, chatPage: true).ask(.get, path, headers: headers)
        }
        return answer.headers
    }

    @Test(arguments: ["/", "/chat/main.js", "/api/health/live", "/api/auth/me", "/nothing"])
    func everyAnswerHasThem(path: String) async throws {
        let headers = try await headers(of: path)
        let expected = [
            "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
            "Origin-Agent-Cluster": "?1", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
            "X-DNS-Prefetch-Control": "off", "X-Download-Options": "noopen", "X-Frame-Options": "DENY",
            "X-Permitted-Cross-Domain-Policies": "none", "X-XSS-Protection": "0",
        ]
        for (name, value) in expected { #expect(headers[try #require(HTTPField.Name(name))] == value, "\(name)") }
        #expect(headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; ") == true)
        #expect(headers[.contentSecurityPolicy]?.contains("unsafe") == false)
    }

    @Test func dataMayLoadNothing() async throws {
        #expect(try await headers(of: "/api/health/live")[.contentSecurityPolicy] == ContentPolicy.api.text)
        #expect(!ContentPolicy.api.text.contains("'self'"))
    }

    @Test(arguments: [nil, "http", "", "https.example.org", "http, https", ",https"])
    func plainHTTPIsNotHeldToTLS(forwarded: String?) async throws {
        #expect(try await headers(of: "/", forwarded: forwarded)[.strictTransportSecurity] == nil)
    }

    @Test(arguments: ["https", "HTTPS", "https, http", " https ,http"])
    func whoCameByTLSStaysWithIt(forwarded: String) async throws {
        let headers = try await headers(of: "/", forwarded: forwarded)
        #expect(headers[.strictTransportSecurity] == "max-age=31536000; includeSubDomains")
    }
}
