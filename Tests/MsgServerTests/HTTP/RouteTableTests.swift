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
        "/chat", "/api", "/api/nothing", "/api/auth/me/x", "/api/auth/", "//api/auth/me", "/api//auth/me",
        "/api/auth/me/",
        "/api/health/", "/metrics/", "//", "/api/%00", "/%2e%2e/",
    ])
    func otherPathsAreNotFound(path: String) async throws {
        try await World.with { world in
            let answer = try await TestAPI(world).ask(.get, path)
            #expect(answer.status == 404)
            #expect(answer["success"] == .bool(false))
        }
    }

    /// A client that leaves out the id of the session to end must not end all the others.
    @Test func anotherSlashMakesAnotherPathForEveryMethod() async throws {
        try await World.with { world in
            let api = TestAPI(world)
            let token = try await api.logIn(world, role: .user)
            for method in Self.methods where method != .head {
                let answer = try await api.ask(
                    method, "/api/auth/sessions/", headers: [.authorization: "Bearer \(token)"])
                #expect(answer.status == 404, "\(method)")
            }
        }
    }

    @Test func aQueryIsRefusedWhereNoneIsTaken() async throws {
        try await World.with { world in
            let api = TestAPI(world)
            let headers: HTTPFields = [.authorization: "Bearer \(try await api.logIn(world, role: .user))"]
            for (query, code) in [("limit=1", "validation_failed"), ("%zz", "bad_request")] {
                let answer = try await api.ask(.get, "/api/auth/sessions?\(query)", headers: headers)
                #expect(answer.status == 400 && answer["code"] == .string(code), "\(query)")
                let open = try await api.ask(.post, "/api/auth/login?\(query)", body: "{}")
                #expect(open.status == 400 && open["code"] == .string(code), "\(query)")
            }
            #expect(try await api.ask(.get, "/api/auth/sessions?", headers: headers).status == 200)
            for path in ["/?from=mail", "/api/health/live?probe=1", "/api-docs?x"] {
                #expect(try await api.ask(.get, path).status == 200, "\(path)")
            }
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
