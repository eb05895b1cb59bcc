import HTTPTypes
import NIOCore
import SocketTestKit
import Testing

@testable import EngineIO

/// A body that is refused: answered before it is there, and read on so that the answer arrives.
@Suite(.timeLimit(.minutes(1)))
struct HTTPRefusedBodyTests {
    private static func answer(
        _ request: HTTPRequest, _ body: HTTPRequestBody, _ channel: any Channel
    ) -> EngineIOResponse {
        switch body {
        case .complete(let bytes): EngineIOResponse(status: .ok, text: "took \(bytes.readableBytes)|")
        case .tooLarge: EngineIOResponse(status: .contentTooLarge, text: "too large|")
        }
    }

    private static let post = "POST / HTTP/1.1\r\nHost: h\r\n"

    private func peer(maxBody: Int = 10) async throws -> HTTPPeer {
        try await HTTPPeer(maxBody: maxBody, maxDiscardedBody: 100, Self.answer)
    }

    @Test(arguments: [
        "Content-Length: 50\r\n\r\n", "Content-Length: 9999999999\r\n\r\n", "Content-Length: 50\r\n\r\n0123",
        "Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n",
        "Content-Length: 50\r\nExpect: 100-continue\r\n\r\n",
    ])
    func theAnswerComesBeforeTheBodyIsThere(rest: String) async throws {
        let peer = try await peer()
        try await peer.send(Self.post + rest)
        let answer = try await peer.received("too large|")
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.lowercased().contains("connection: close\r\n"))
    }

    @Test func theRestIsReadBeforeTheConnectionCloses() async throws {
        let peer = try await peer()
        try await peer.send(Self.post + "Content-Length: 50\r\n\r\n")
        try await peer.received("too large|")
        for _ in 0..<4 {
            try await peer.send("0123456789")
            #expect(peer.isOpen)
        }
        try await peer.send("0123456789")
        let answer = try await peer.receivedAll()
        #expect(answer.hasSuffix("too large|"))
        #expect(answer.split(separator: "HTTP/1.1 ").count == 1)
    }

    @Test func aStopDoesNotWaitForTheRest() async throws {
        let peer = try await peer()
        try await peer.send(Self.post + "Content-Length: 50\r\n\r\n")
        try await peer.received("too large|")
        try await peer.fire(ChannelShouldQuiesceEvent())
        #expect(try await peer.receivedAll().hasSuffix("too large|"))
        #expect(!peer.isOpen)
    }

    @Test func thatIsBoundInBytes() async throws {
        let peer = try await peer()
        try await peer.send(Self.post + "Content-Length: 100000\r\n\r\n")
        try await peer.received("too large|")
        try await peer.send(String(repeating: "0", count: 100))
        #expect(peer.isOpen)
        try? await peer.send("1")
        #expect(try await peer.receivedAll().hasSuffix("too large|"))
    }

    @Test func andInTime() async throws {
        let peer = try await peer()
        try await peer.send(Self.post + "Content-Length: 50\r\n\r\n")
        try await peer.received("too large|")
        await peer.advance(by: .seconds(9))
        try await peer.send("0")
        #expect(peer.isOpen)
        await peer.advance(by: .seconds(1))
        _ = try await peer.receivedAll()
        #expect(!peer.isOpen)
    }

    @Test func aClientThatStopsSendingIsDone() async throws {
        let peer = try await peer()
        try await peer.send(Self.post + "Content-Length: 50\r\n\r\n")
        try await peer.received("too large|")
        try await peer.fire(ChannelEvent.inputClosed)
        #expect(try await peer.receivedAll().hasSuffix("too large|"))
    }

    @Test func whatFollowsIsNotAnswered() async throws {
        let peer = try await peer()
        try await peer.send(
            Self.post + "Content-Length: 20\r\n\r\n01234567890123456789GET /next HTTP/1.1\r\nHost: h\r\n\r\n")
        let answer = try await peer.receivedAll()
        #expect(answer.hasPrefix("HTTP/1.1 413 ") && !answer.contains("took"))
    }

    @Test func aTargetMayHaveABoundOfItsOwn() async throws {
        let peer = try await HTTPPeer(maxBody: 10, maxBodyOfTarget: { $0 == "/big" ? 20 : nil }, Self.answer)
        try await peer.send("POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n01234567890123456789")
        try await peer.received("took 20|")
        try await peer.send("POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: 21\r\n\r\n")
        try await peer.received("too large|")
    }

    @Test(arguments: [
        ("Expect: 100-continue\r\nContent-Length: 5\r\n", "100"),
        ("Expect: 100-Continue\r\nContent-Length: 10\r\n", "100"),
        ("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", "100"),
        ("Expect: 100-continue\r\nContent-Length: 11\r\n", "413"),
        ("Expect: a-miracle\r\nContent-Length: 5\r\n", "417"),
        ("Expect: 100-continue\r\nExpect: more\r\nContent-Length: 5\r\n", "417"),
        ("Expect: 100-continue, more\r\nContent-Length: 5\r\n", "417"),
    ])
    func whoAsksBeforeSendingIsAnsweredAtOnce(headers: String, status: String) async throws {
        let peer = try await peer()
        try await peer.send(Self.post + headers + "\r\n")
        #expect(try await peer.received("\r\n\r\n").hasPrefix("HTTP/1.1 \(status) "))
        #expect(peer.isOpen)
    }

    @Test func anExpectationWithoutABodyIsNotAwaited() async throws {
        let peer = try await peer()
        try await peer.send(Self.post + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n")
        #expect(try await peer.received("took 0|").hasPrefix("HTTP/1.1 200 "))
        try await peer.send("GET / HTTP/1.1\r\nHost: h\r\nExpect: a-miracle\r\n\r\n")
        #expect(try await peer.receivedAll().contains("HTTP/1.1 417 "))
    }

    @Test func anOldClientHasNoExpectations() async throws {
        let peer = try await peer()
        try await peer.send("POST / HTTP/1.0\r\nExpect: a-miracle\r\nContent-Length: 2\r\n\r\nab")
        #expect(try await peer.receivedAll().hasPrefix("HTTP/1.1 200 "))
    }
}
