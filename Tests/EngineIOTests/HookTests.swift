import HTTPTypes
import NIOCore
import NIOPosix
import SocketTestKit
import Testing

@testable import EngineIO

struct HookTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    @Test func handshakesAreAllowedOrRefusedByTheApplication() async throws {
        let asked = Mailbox<EngineIORequest>()
        let engine = TestEngine(group: group) {
            $0.allowRequest = { request in
                asked.put(request)
                return request.query["key"] == "7" ? .allowed : .refused(message: #"not "you""#)
            }
        }
        let refused = await engine.send(.get, "EIO=4&transport=polling&key=6", headers: [.userAgent: "test"])
        #expect(refused.status == 403)
        #expect(refused.body == #"{"code":4,"message":"not \"you\""}"#)
        #expect(refused.headers[.contentType] == "application/json")
        let request = try await asked.next()
        #expect(request.method == "GET")
        #expect(request.target == "/socket.io/?EIO=4&transport=polling&key=6")
        #expect(request.path == "/socket.io/")
        #expect(request.headers[.userAgent] == "test")
        #expect(request.headers[HTTPField.Name.host] == "localhost:80")
        let allowed = await engine.send(.get, "EIO=4&transport=polling&key=7")
        #expect(allowed.status == 200)
        _ = try await asked.next()
        // Only handshakes are asked about.
        let id = try await engine.sessions.next().id
        #expect(await engine.post(id, "4a") == (200, "ok"))
        #expect(await engine.send(.get, "EIO=3&transport=polling").body.contains(#""code":5"#))
        #expect(asked.count == 0)
    }

    @Test func aRefusalMayDoWithoutAReason() async {
        let engine = TestEngine(group: group) { $0.allowRequest = { _ in .refused() } }
        #expect(await engine.send(.get, "EIO=4&transport=polling").body == #"{"code":4,"message":"Forbidden"}"#)
    }

    @Test func websocketsAreAllowedOrRefusedByTheApplication() async throws {
        let engine = TestEngine(group: group) {
            $0.allowRequest = { request in
                #expect(request.remoteAddress?.ipAddress == "127.0.0.1")
                return request.headers[.userAgent] == "friend" ? .allowed : .refused(message: "strangers")
            }
        }
        let server = try await LoopbackServer(engine: engine.server, group: group)
        let friend = try await RawClient(port: server.port)
        #expect(try await friend.upgrade("EIO=4&transport=websocket", extra: "User-Agent: friend\r\n") == 101)
        #expect(try await engine.records.next() == .opened)
        let stranger = try await RawClient(port: server.port)
        stranger.send(RawClient.upgradeRequest("EIO=4&transport=websocket", extra: "User-Agent: foe\r\n"))
        #expect(try await stranger.response() == (403, #"{"code":4,"message":"strangers"}"#))
        #expect(try await stranger.ends())
        #expect(engine.server.sessionCount == 1)
        try await server.close()
    }

    @Test func theCookieNamesTheSession() async throws {
        let engine = TestEngine(group: group) { $0.cookie = EngineIOCookie(sameSite: .strict) }
        let answer = await engine.send(.get, "EIO=4&transport=polling")
        let id = try await engine.sessions.next().id
        #expect(answer.headers[.setCookie] == "io=\(id); Path=/; HttpOnly; SameSite=Strict")
        let session = await engine.send(.post, "EIO=4&transport=polling&sid=\(id)", body: "4a")
        #expect(session.headers[.setCookie] == nil)
        let without = TestEngine(group: group)
        #expect(await without.send(.get, "EIO=4&transport=polling").headers[.setCookie] == nil)
    }

    @Test func cookiesHaveTheReferencesForm() {
        #expect(EngineIOCookie().field(for: "x") == "io=x; Path=/; HttpOnly; SameSite=Lax")
        #expect(
            EngineIOCookie(
                name: "sticky", path: "/chat", isHTTPOnly: false, isSecure: true,
                sameSite: EngineIOCookie.SameSite.none,
                maxAge: .seconds(90)
            ).field(for: "x") == "sticky=x; Max-Age=90; Path=/chat; Secure; SameSite=None")
        #expect(EngineIOCookie(path: nil, isHTTPOnly: false, sameSite: nil).field(for: "x") == "io=x")
    }

    @Test func handshakesGetInitialHeaders() async throws {
        let engine = TestEngine(group: group) {
            $0.initialHeaders = { request in [.server: "for \(request.query["n"] ?? "-")"] }
        }
        let answer = await engine.send(.get, "EIO=4&transport=polling&n=1")
        #expect(answer.headers[.server] == "for 1")
        let id = try await engine.sessions.next().id
        #expect(await engine.send(.post, "EIO=4&transport=polling&sid=\(id)", body: "4a").headers[.server] == nil)
        let server = try await LoopbackServer(engine: engine.server, group: group)
        let client = try await RawClient(port: server.port)
        client.send(RawClient.upgradeRequest("EIO=4&transport=websocket&n=2"))
        let head = try await client.head()
        #expect(head.hasPrefix("HTTP/1.1 101"))
        #expect(head.contains("\r\nServer: for 2\r\n"))
        try await server.close()
    }

    @Test func refusedRequestsAreReported() async throws {
        let errors = Mailbox<String>()
        let engine = TestEngine(group: group) {
            $0.maxSessions = 0
            $0.onConnectionError = { errors.put("\($0.code) \($0.message) \($0.request.method) \($0.request.target)") }
        }
        for (method, query, error) in [
            (HTTPRequest.Method.get, "EIO=4", "0 Transport unknown GET"),
            (.get, "EIO=4&transport=polling&sid=x", "1 Session ID unknown GET"),
            (.post, "EIO=4&transport=polling", "2 Bad handshake method POST"),
            (.get, "EIO=4&transport=polling", "3 Service unavailable GET"),
            (.get, "EIO=3&transport=polling", "5 Unsupported protocol version GET"),
        ] {
            _ = await engine.send(method, query)
            #expect(try await errors.next() == "\(error) /socket.io/?\(query)")
        }
        _ = await engine.send(.get, "EIO=4", headers: [.origin: "https://evil.example"])
        #expect(try await errors.next() == "4 Forbidden GET /socket.io/?EIO=4")
        let server = try await LoopbackServer(engine: engine.server, group: group)
        let client = try await RawClient(port: server.port)
        #expect(try await client.upgrade("EIO=4&transport=websocket") == 503)
        #expect(try await errors.next() == "3 Service unavailable GET /socket.io/?EIO=4&transport=websocket")
        #expect(errors.count == 0)
        try await server.close()
    }
}
