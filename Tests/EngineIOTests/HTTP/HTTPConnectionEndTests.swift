import HTTPTypes
import NIOCore
import SocketTestKit
import Testing

@testable import EngineIO

/// When a connection ends, and what becomes of a request then.
@Suite(.timeLimit(.minutes(1)))
struct HTTPConnectionEndTests {
    private static func ok(
        _ request: HTTPRequest, _ body: HTTPRequestBody, _ channel: any Channel
    ) -> EngineIOResponse {
        EngineIOResponse(status: .ok, text: "done")
    }

    /// Answers when its request is cancelled, and notes it.
    private static func untilCancelled(_ notes: Mailbox<String>) -> HTTPConnectionHandler.Responder {
        { request, body, channel in
            let cancelled = Mailbox<Void>()
            notes.put("begun")
            await withTaskCancellationHandler {
                try? await cancelled.next()
            } onCancel: {
                notes.put("cancelled")
                cancelled.put(())
            }
            return ok(request, body, channel)
        }
    }

    @Test(arguments: [
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n",
    ])
    func aRequestThatDoesNotEndIsRefusedInTime(text: String) async throws {
        let peer = try await HTTPPeer(Self.ok)
        try await peer.send(text)
        await peer.advance(by: .seconds(29))
        #expect(peer.isOpen && peer.soFar.isEmpty)
        await peer.advance(by: .seconds(1))
        let answer = try await peer.receivedAll()
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(answer.lowercased().contains("connection: close\r\n"))
    }

    @Test func drippingDoesNotPutItOff() async throws {
        let peer = try await HTTPPeer(Self.ok)
        try await peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n")
        for _ in 0..<29 {
            try await peer.send("a")
            await peer.advance(by: .seconds(1))
        }
        #expect(peer.isOpen)
        await peer.advance(by: .seconds(1))
        #expect(try await peer.receivedAll().hasPrefix("HTTP/1.1 408 "))
    }

    @Test(arguments: ["", "GET / HT"])
    func aConnectionThatAsksNothingIsClosed(text: String) async throws {
        let peer = try await HTTPPeer(Self.ok)
        if !text.isEmpty { try await peer.send(text) }
        await peer.advance(by: .seconds(30))
        #expect(try await peer.receivedAll().isEmpty)
    }

    @Test func aKeptConnectionIsClosedAfterItsIdleTime() async throws {
        let peer = try await HTTPPeer(Self.ok)
        try await peer.get("/")
        try await peer.received("done")
        await peer.advance(by: .seconds(119))
        #expect(peer.isOpen)
        await peer.advance(by: .seconds(1))
        _ = try await peer.receivedAll()
        #expect(!peer.isOpen)
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "no HTTP\r\n\r\n"])
    func aClientThatDoesNotReadTheLastAnswerIsClosed(text: String) async throws {
        let peer = try await HTTPPeer(isStalled: true, Self.ok)
        try await peer.send(text)
        try await peer.received("HTTP/1.1 ")
        try await peer.received { $0.contains("done") || $0.contains("400") }
        await peer.advance(by: .seconds(119))
        #expect(peer.isOpen)
        await peer.advance(by: .seconds(1))
        _ = try await peer.receivedAll()
        #expect(!peer.isOpen)
    }

    @Test func aSlowAnswerIsWaitedFor() async throws {
        let gate = Mailbox<Void>()
        let peer = try await HTTPPeer { request, body, channel in
            try? await gate.next()
            return Self.ok(request, body, channel)
        }
        try await peer.get("/")
        await peer.advance(by: .hours(1))
        #expect(peer.isOpen)
        gate.put(())
        try await peer.received("done")
    }

    @Test func aClientThatGoesCancelsItsRequest() async throws {
        let notes = Mailbox<String>()
        let peer = try await HTTPPeer(Self.untilCancelled(notes))
        try await peer.get("/")
        #expect(try await notes.next() == "begun")
        try await peer.close()
        #expect(try await notes.next() == "cancelled")
        #expect(try await peer.receivedAll().isEmpty)
    }

    @Test func aClientThatOnlyStopsSendingStillGetsItsAnswer() async throws {
        let notes = Mailbox<String>()
        let peer = try await HTTPPeer(Self.untilCancelled(notes))
        try await peer.get("/")
        #expect(try await notes.next() == "begun")
        try await peer.fire(ChannelEvent.inputClosed)
        let answer = try await peer.receivedAll()
        #expect(answer.hasSuffix("done") && answer.lowercased().contains("connection: close\r\n"))
    }

    @Test(arguments: ["", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"])
    func aClientThatStopsSendingWithoutARequestIsClosed(text: String) async throws {
        let peer = try await HTTPPeer(Self.ok)
        if !text.isEmpty { try await peer.send(text) }
        try await peer.fire(ChannelEvent.inputClosed)
        #expect(try await peer.receivedAll().contains("200") == false)
    }

    @Test func aStopClosesAnIdleConnectionAtOnce() async throws {
        let peer = try await HTTPPeer(Self.ok)
        try await peer.get("/")
        try await peer.received("done")
        try await peer.fire(ChannelShouldQuiesceEvent())
        _ = try await peer.receivedAll()
        #expect(!peer.isOpen)
    }

    @Test func aStopLetsABusyConnectionFinish() async throws {
        let gate = Mailbox<Void>()
        let peer = try await HTTPPeer { request, body, channel in
            try? await gate.next()
            return Self.ok(request, body, channel)
        }
        try await peer.get("/")
        try await peer.fire(ChannelShouldQuiesceEvent())
        #expect(peer.isOpen)
        gate.put(())
        let answer = try await peer.receivedAll()
        #expect(answer.hasSuffix("done") && answer.lowercased().contains("connection: close\r\n"))
    }

    @Test(arguments: [true, false])
    func aStopWaitsLittleForAClientThatDoesNotRead(stopsFirst: Bool) async throws {
        let gate = Mailbox<Void>()
        let peer = try await HTTPPeer(isStalled: true) { request, body, channel in
            try? await gate.next()
            return Self.ok(request, body, channel)
        }
        try await peer.get("/", "Connection: close\r\n")
        if stopsFirst { try await peer.fire(ChannelShouldQuiesceEvent()) }
        gate.put(())
        try await peer.received("done")
        if !stopsFirst { try await peer.fire(ChannelShouldQuiesceEvent()) }
        #expect(peer.isOpen)
        await peer.advance(by: .seconds(1))
        _ = try await peer.receivedAll()
        #expect(!peer.isOpen)
    }

    @Test func aStopLetsARequestThatHasBegunFinish() async throws {
        let peer = try await HTTPPeer(Self.ok)
        try await peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab")
        try await peer.fire(ChannelShouldQuiesceEvent())
        try await peer.send("cde")
        #expect(try await peer.receivedAll().hasSuffix("done"))
    }
}
