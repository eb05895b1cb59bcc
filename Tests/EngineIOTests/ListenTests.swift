import HTTPTypes
import NIOCore
import NIOPosix
import SocketTestKit
import Testing

@testable import EngineIO

/// The server that listens by itself, over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct ListenTests {
    private func listen(
        _ configure: (inout EngineIOListenOptions) -> Void = { _ in }
    ) async throws -> (engine: TestEngine, listener: EngineIOListener) {
        let engine = TestEngine(group: MultiThreadedEventLoopGroup.singleton) { $0.closeTimeout = .milliseconds(100) }
        var options = EngineIOListenOptions()
        configure(&options)
        return (engine, try await engine.server.listen(port: 0, options: options))
    }

    @Test func pollingAndWebSocketAreServed() async throws {
        let (engine, listener) = try await listen()
        #expect(listener.address.ipAddress == "127.0.0.1" && listener.port > 0)
        let polling = try await RawClient(port: listener.port)
        let opened = try await polling.get("EIO=4&transport=polling")
        #expect(opened.status == 200 && opened.body.hasPrefix(#"0{"sid":""#))
        #expect(try await engine.records.next() == .opened)
        let session = try await engine.sessions.next()
        #expect(session.handshake.remoteAddress?.ipAddress == "127.0.0.1")
        // The same connection is kept and takes the next request.
        #expect(try await polling.post("EIO=4&transport=polling&sid=\(session.id)", "4hello").body == "ok")
        #expect(try await engine.records.next() == .text("hello"))

        let websocket = try await RawClient(port: listener.port)
        #expect(try await websocket.upgrade("EIO=4&transport=websocket") == 101)
        _ = try await websocket.frame()
        #expect(try await engine.records.next() == .opened)
        #expect(listener.connectionCount == 2)
        await engine.server.shutdown(deadline: .seconds(10))
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let (engine, listener) = try await listen { $0.onRequest = Self.echo }
        let client = try await RawClient(port: listener.port)
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await client.response().body == "GET /a 0")
        #expect(try await client.response().body == "GET /b 0")
        await engine.server.shutdown(deadline: .seconds(10))
    }

    @Test func otherPathsAreTheApplications() async throws {
        let (engine, listener) = try await listen { $0.onRequest = Self.echo }
        let client = try await RawClient(port: listener.port)
        client.send("POST /other?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
        #expect(try await client.response().body == "POST /other?x=1 3")
        #expect(try await client.get("transport=none").status == 400)
        await engine.server.shutdown(deadline: .seconds(10))
    }

    @Test func otherPathsAreNotFoundByDefault() async throws {
        let (engine, listener) = try await listen()
        let client = try await RawClient(port: listener.port)
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await client.response() == (404, "Not Found\n"))
        await engine.server.shutdown(deadline: .seconds(10))
    }

    /// The bound of a poll's body holds for it although the application takes less.
    @Test(arguments: [
        ("/socket.io/?EIO=4&transport=polling&sid=x", 1_000_001, 413), ("/x", 1_000_001, 413), ("/x", 9, 200),
    ])
    func bodiesAreBounded(path: String, length: Int, status: Int) async throws {
        let (engine, listener) = try await listen {
            $0.http.maxBody = 10
            $0.onRequest = Self.echo
        }
        let client = try await RawClient(port: listener.port)
        client.send("POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n")
        client.send([UInt8](repeating: UInt8(ascii: "a"), count: length))
        #expect(try await client.response().status == status)
        await engine.server.shutdown(deadline: .seconds(10))
    }

    @Test(arguments: [(40, 1_000), (101, 1)])
    func headersAreBounded(count: Int, length: Int) async throws {
        let (engine, listener) = try await listen()
        let client = try await RawClient(port: listener.port)
        let field = "X: \(String(repeating: "x", count: length))\r\n"
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: field, count: count))\r\n")
        #expect(try await client.response().status == 400)
        #expect(try await client.ends())
        await engine.server.shutdown(deadline: .seconds(10))
    }

    @Test func aSlowRequestIsRefused() async throws {
        let (engine, listener) = try await listen { $0.http.requestTimeout = .milliseconds(1) }
        let client = try await RawClient(port: listener.port)
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n")
        // 408, or closed before its head was seen: never an answer of the application.
        let answer = try? await client.response()
        #expect(answer == nil || answer?.status == 408)
        await engine.server.shutdown(deadline: .seconds(10))
    }

    @Test func noMoreConnectionsAreAcceptedThanMayBe() async throws {
        let (engine, listener) = try await listen {
            $0.maxConnections = 1
            $0.onRequest = Self.echo
        }
        let first = try await RawClient(port: listener.port)
        first.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await first.response().body == "GET /a 0")
        // The kernel takes it into the backlog; the server does not.
        let second = try await RawClient(port: listener.port)
        second.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n")
        first.send("GET /c HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await first.response().body == "GET /c 0")
        #expect(listener.connectionCount == 1)
        try await first.close()
        #expect(try await second.response().body == "GET /b 0")
        await engine.server.shutdown(deadline: .seconds(10))
    }

    static func echo(_ request: HTTPRequest, _ body: HTTPRequestBody, _ channel: any Channel) -> EngineIOResponse {
        switch body {
        case .complete(let bytes):
            EngineIOResponse(status: .ok, text: "\(request.method) \(request.path ?? "") \(bytes.readableBytes)")
        case .tooLarge: EngineIOResponse(status: .contentTooLarge, text: "")
        }
    }
}
