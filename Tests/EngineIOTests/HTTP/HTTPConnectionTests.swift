import HTTPTypes
import NIOCore
import SocketTestKit
import Testing

@testable import EngineIO

@Suite(.timeLimit(.minutes(1)))
struct HTTPConnectionTests {
    /// Answers with the request's method, path and body.
    private static func echo(
        _ request: HTTPRequest, _ body: HTTPRequestBody, _ channel: any Channel
    ) -> EngineIOResponse {
        switch body {
        case .complete(let bytes):
            EngineIOResponse(status: .ok, text: "\(request.method) \(request.path ?? "") \(String(buffer: bytes))|")
        case .tooLarge:
            EngineIOResponse(head: HTTPResponse(status: .contentTooLarge, headerFields: [.connection: "close"]))
        }
    }

    private static func count(_ text: String, in all: String) -> Int {
        all.split(separator: text, omittingEmptySubsequences: false).count - 1
    }

    @Test func aRequestIsAnsweredAndTheConnectionKept() async throws {
        let peer = try await HTTPPeer(Self.echo)
        try await peer.get("/a")
        let answer = try await peer.received("GET /a |")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.contains("\r\nContent-Length: 8\r\n"))
        #expect(answer.contains("\r\nDate: ") && answer.contains(" GMT\r\n"))
        #expect(!answer.lowercased().contains("connection: close"))
        try await peer.get("/b")
        try await peer.received("GET /b |")
        #expect(peer.isOpen)
    }

    @Test func theDateIsWrittenAsHTTPWantsIt() {
        #expect(HTTPDate.format(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
        let gate = Mailbox<Void>()
        let peer = try await HTTPPeer { request, body, channel in
            if request.path == "/slow" { try? await gate.next() }
            return Self.echo(request, body, channel)
        }
        let post = "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
        try await peer.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n\(post)GET /last HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(peer.soFar.isEmpty)
        gate.put(())
        let answer = try await peer.received("GET /last |")
        let bodies = ["GET /slow |", "POST /post abc|", "GET /last |"].compactMap {
            answer.firstRange(of: $0)?.lowerBound
        }
        #expect(bodies.count == 3 && bodies == bodies.sorted())
        #expect(peer.isOpen)
    }

    @Test func requestsAreReadHoweverTheyAreCut() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let count = 12
        var bytes = (0..<count).map { "POST /\($0) HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody" }.joined()[...]
        let peer = try await HTTPPeer(Self.echo)
        while !bytes.isEmpty {
            let length = Int.random(in: 1...40, using: &generator)
            try await peer.send(String(bytes.prefix(length)))
            bytes = bytes.dropFirst(length)
        }
        let answer = try await peer.received("POST /\(count - 1) body|")
        let order = (0..<count).compactMap { answer.firstRange(of: "POST /\($0) body|")?.lowerBound }
        #expect(order.count == count && order == order.sorted())
    }

    @Test func aBodyAtTheBoundIsTaken() async throws {
        let peer = try await HTTPPeer(maxBody: 10, Self.echo)
        try await peer.get("/", "Content-Length: 10\r\n", method: "POST")
        try await peer.send("0123456789")
        try await peer.received("POST / 0123456789|")
        #expect(peer.isOpen)
    }

    @Test(arguments: [
        "Content-Length: 11\r\n\r\n0123456789a",
        "Transfer-Encoding: chunked\r\n\r\n8\r\n01234567\r\n8\r\n89abcdef\r\n8\r\n01234567\r\n0\r\n\r\n",
    ])
    func aBodyOverTheBoundIsRefusedAndTheConnectionCloses(rest: String) async throws {
        let peer = try await HTTPPeer(maxBody: 10, Self.echo)
        try await peer.send("POST / HTTP/1.1\r\nHost: h\r\n\(rest)")
        let answer = try await peer.receivedAll()
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.lowercased().contains("connection: close\r\n"))
    }

    @Test func whoAsksWhetherToSendTheBodyIsToldToGoOn() async throws {
        let peer = try await HTTPPeer(Self.echo)
        try await peer.get("/", "Content-Length: 3\r\nExpect: 100-Continue\r\n", method: "POST")
        #expect(try await peer.received("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try await peer.send("abc")
        let answer = try await peer.received("POST / abc|")
        #expect(Self.count("HTTP/1.1 200 OK", in: answer) == 1)
    }

    @Test(arguments: [
        ("1.1", "", false), ("1.1", "Connection: close\r\n", true), ("1.1", "Connection: keep-alive\r\n", false),
        ("1.0", "", true), ("1.0", "Connection: keep-alive\r\n", false), ("1.0", "Connection: close\r\n", true),
    ])
    func theConnectionIsKeptAsTheClientWants(version: String, headers: String, closes: Bool) async throws {
        let peer = try await HTTPPeer(Self.echo)
        try await peer.get("/", headers, version: version)
        let answer = try await closes ? peer.receivedAll() : peer.received("GET / |")
        #expect(answer.lowercased().contains("connection: close\r\n") == closes)
        #expect(peer.isOpen != closes)
        // An old client takes silence for a refusal and waits for the end of the connection.
        if version == "1.0", !closes { #expect(answer.lowercased().contains("connection: keep-alive\r\n")) }
    }

    @Test(arguments: ["", "Host: a\r\nHost: a\r\n", "Host: a b\r\n", "Host: a/<c>\r\n", "Host: ä\r\n"])
    func whoIsNotNamedOnceIsNotAsked(headers: String) async throws {
        let peer = try await HTTPPeer(Self.echo)
        try await peer.send("GET / HTTP/1.1\r\n\(headers)\r\n")
        #expect(try await peer.receivedAll().hasPrefix("HTTP/1.1 400 "))
    }

    @Test(arguments: ["Host: a.example:8080\r\n", "Host: [::1]:80\r\n", "Host:\r\n"])
    func aHostIsWhatTheStandardCallsOne(header: String) async throws {
        let peer = try await HTTPPeer(Self.echo)
        try await peer.send("GET / HTTP/1.1\r\n\(header)\r\n")
        try await peer.received("GET / |")
    }

    @Test func chunksFromAnOldClientEndItsConnection() async throws {
        let peer = try await HTTPPeer(Self.echo)
        let head = "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
        try? await peer.send(head + "2\r\nab\r\n0\r\n\r\nGET /behind HTTP/1.0\r\n\r\n")
        #expect(try await !peer.receivedAll().contains("/behind"))
        #expect(!peer.isOpen)
    }

    @Test func whatTheConnectionRefusesIsTold() async throws {
        let told = Mailbox<Int>()
        let peer = try await HTTPPeer(onRefusal: { told.put($0) }, Self.echo)
        try await peer.get("/", "Expect: a-miracle\r\n")
        #expect(try await told.next() == 417)
    }

    @Test func anAnswerToHEADHasItsHeadOnly() async throws {
        let peer = try await HTTPPeer(Self.echo)
        try await peer.get("/a", method: "HEAD")
        try await peer.get("/b")
        let answer = try await peer.received("GET /b |")
        #expect(Self.count("HTTP/1.1 200 OK", in: answer) == 2)
        #expect(!answer.contains("HEAD /a"))
        #expect(answer.contains("\r\nContent-Length: 9\r\n"))
    }

    @Test(arguments: [
        "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\u{1} HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
    ])
    func whatIsNoHTTPIsRefused(text: String) async throws {
        let peer = try await HTTPPeer(Self.echo)
        try? await peer.send(text)
        let answer = try await peer.receivedAll()
        #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
        #expect(answer.lowercased().contains("connection: close\r\n"))
    }

    @Test func anAnswerThatCanNotBeMadeClosesTheConnection() async throws {
        let peer = try await HTTPPeer { _, _, _ in nil }
        try await peer.get("/")
        #expect(try await peer.receivedAll().isEmpty)
    }
}
