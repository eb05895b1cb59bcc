import NIOCore
import NIOPosix
import SocketTestKit
import Testing

@testable import EngineIO

/// What the reference answers to requests it refuses, byte for byte, over real connections.
struct ReferenceErrorTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    @Test(arguments: [
        ("EIO=4", 400, #"{"code":0,"message":"Transport unknown"}"#),
        ("EIO=4&transport=flashsocket", 400, #"{"code":0,"message":"Transport unknown"}"#),
        ("EIO=4&transport=polling&sid=nobody", 400, #"{"code":1,"message":"Session ID unknown"}"#),
        ("EIO=3&transport=polling", 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
        ("EIO=4&transport=websocket", 400, #"{"code":3,"message":"Bad request"}"#),
    ])
    func getsAreRefused(query: String, status: Int, body: String) async throws {
        let server = try await LoopbackServer(engine: TestEngine(group: group).server, group: group)
        let client = try await RawClient(port: server.port)
        #expect(try await client.get(query) == (status, body))
        try await server.close()
    }

    @Test(arguments: ["POST", "PUT", "DELETE"])
    func handshakesByOtherMethodsAreRefused(method: String) async throws {
        let server = try await LoopbackServer(engine: TestEngine(group: group).server, group: group)
        let client = try await RawClient(port: server.port)
        client.send(
            "\(method) /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        #expect(try await client.response() == (400, #"{"code":2,"message":"Bad handshake method"}"#))
        try await server.close()
    }

    @Test(arguments: [
        ("EIO=4&transport=websocket&sid=nobody", "", 400, #"{"code":1,"message":"Session ID unknown"}"#),
        ("EIO=3&transport=websocket", "", 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
        ("transport=websocket", "", 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
        ("EIO=4&transport=pigeon", "", 400, #"{"code":0,"message":"Transport unknown"}"#),
        (
            "EIO=4&transport=websocket", "Origin: https://evil.example\r\n", 403,
            #"{"code":4,"message":"Forbidden"}"#
        ),
    ])
    func upgradesAreRefused(query: String, extra: String, status: Int, body: String) async throws {
        let server = try await LoopbackServer(engine: TestEngine(group: group).server, group: group)
        let client = try await RawClient(port: server.port)
        client.send(RawClient.upgradeRequest(query, extra: extra))
        #expect(try await client.response() == (status, body))
        #expect(try await client.ends())
        try await server.close()
    }

    @Test func aSecondPollClosesTheSession() async throws {
        let engine = TestEngine(group: group)
        let server = try await LoopbackServer(engine: engine.server, group: group)
        let (id, session) = try await engine.open()
        let query = "EIO=4&transport=polling&sid=\(id)"
        let (first, second) = (try await RawClient(port: server.port), try await RawClient(port: server.port))
        async let parked = first.get(query)
        while try await session.eventLoop.submit({ session.poll == nil }).get() { await Task.yield() }
        #expect(try await second.get(query) == (400, #"{"code":3,"message":"Bad request"}"#))
        #expect(try await parked == (200, "1"))
        #expect(try await engine.records.next() == .closed(.transportError))
        #expect(try await second.get(query) == (400, #"{"code":1,"message":"Session ID unknown"}"#))
        try await server.close()
    }

    @Test func aSecondPostClosesTheSession() async throws {
        let engine = TestEngine(group: group)
        let server = try await LoopbackServer(engine: engine.server, group: group)
        let (id, session) = try await engine.open()
        let query = "EIO=4&transport=polling&sid=\(id)"
        try await session.eventLoop.submit { session.pauseReading() }.get()
        let (first, second) = (try await RawClient(port: server.port), try await RawClient(port: server.port))
        async let held = first.post(query, "4a")
        while try await session.eventLoop.submit({ session.post == nil }).get() { await Task.yield() }
        #expect(try await second.post(query, "4b") == (400, #"{"code":3,"message":"Bad request"}"#))
        #expect(try await held == (200, "ok"))
        #expect(try await engine.records.next() == .closed(.transportError))
        try await server.close()
    }

    @Test func headersAreBounded() async throws {
        let server = try await LoopbackServer(engine: TestEngine(group: group).server, group: group)
        let client = try await RawClient(port: server.port)
        let long = String(repeating: "x", count: 200_000)
        client.send("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\nX-Long: \(long)\r\n\r\n")
        #expect(try await client.response().status == 400)
        #expect(try await client.ends())
        try await server.close()
    }
}
