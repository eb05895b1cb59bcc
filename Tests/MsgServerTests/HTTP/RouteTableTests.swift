import HTTPTypes
import Hummingbird
import MsgKit
import MsgTestKit
import Testing

@testable import MsgServer

@Suite(.timeLimit(.minutes(1)))
struct RouteTableTests {
    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect, HTTPRequest.Method("QUERY") ?? .trace,
    ]

    private func concrete(_ path: String) -> String {
        "/"
            + path.split(separator: "/").map { $0.hasPrefix(":") ? "65f1a2b3c4d5e6f708192a3b" : String($0) }
            .joined(separator: "/")
    }

    @Test func everyPathNamesItsMethodsToOthers() async throws {
        try await World.with { world in
            let api = TestAPI(world)
            for (path, routes) in Dictionary(grouping: api.routes, by: \.path) {
                var taken = Set(routes.map(\.method))
                if taken.contains(.get) { taken.insert(.head) }
                for method in Self.methods {
                    let answer = try await api.ask(method, concrete(path))
                    guard !taken.contains(method) else {
                        #expect(answer.status != 405 && answer.headers[.allow] == nil, "\(method) \(path)")
                        continue
                    }
                    #expect(answer.status == 405, "\(method) \(path)")
                    let allow = answer.headers[.allow]?.split(separator: ", ").map(String.init) ?? []
                    #expect(Set(allow) == Set(taken.map(\.rawValue)), "\(method) \(path)")
                    if method != .head { #expect(answer["code"] == .string("method_not_allowed")) }
                }
            }
        }
    }

    @Test(arguments: [
        "/chat", "/api", "/api/nothing", "/api/auth/me/x", "/api/auth/", "//api/auth/me", "/api/%00", "/%2e%2e/",
    ])
    func otherPathsAreNotFound(path: String) async throws {
        try await World.with { world in
            let answer = try await TestAPI(world).ask(.get, path)
            if path != "/api/auth/", path != "//api/auth/me" { #expect(answer.status == 404) }
            #expect(answer.status == 404 || answer.status == 401)
            #expect(answer["success"] == .bool(false))
        }
    }

    @Test func whatIsNotOpenAsksForATokenBeforeAnythingElse() async throws {
        try await World.with { world in
            let api = TestAPI(world)
            for route in api.routes where route.access != .anyone {
                let answer = try await api.ask(
                    route.method, route.path.replacing(":", with: "not-an-id-"),
                    headers: [.contentType: "text/plain"], body: "{{{")
                #expect(answer.status == 401, "\(route.method) \(route.path)")
                #expect(answer["code"] == .string("authentication_required"))
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
            }
        }
    }

    @Test func onlyTheseAreOpen() async throws {
        try await World.with { world in
            let open = TestAPI(world).routes.filter { $0.access == .anyone }.map { "\($0.method) \($0.path)" }
            #expect(
                Set(open) == [
                    "POST /api/auth/register", "POST /api/auth/login", "POST /api/auth/exchange",
                    "POST /api/auth/refresh", "GET /api/health", "GET /api/health/live", "GET /api/health/ready",
                    "GET /api-docs", "GET /api-docs/openapi.json", "GET /api-docs/asyncapi.json",
                    "GET /api-docs/:file", "GET /metrics", "GET /", "GET /chat/:file",
                ])
        }
    }
}
