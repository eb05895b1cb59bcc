import HTTPTypes
import NIOCore
import NIOPosix
import SocketTestKit
import Testing

@testable import EngineIO

struct PollingTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    @Test func handshakeIsTheReferences() async throws {
        let engine = TestEngine(group: group) { $0.randomBytes = { Array(repeating: 255, count: $0) } }
        let answer = await engine.send(.get, "EIO=4&transport=polling")
        #expect(answer.status == 200)
        #expect(
            answer.body
                == #"0{"sid":"____________________","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
        )
        #expect(answer.headers[.contentType] == "text/plain; charset=UTF-8")
        #expect(answer.headers[.cacheControl] == "no-store")
    }

    @Test(arguments: [
        ("EIO=4", 400, #"{"code":0,"message":"Transport unknown"}"#),
        ("EIO=4&transport=carrier-pigeon", 400, #"{"code":0,"message":"Transport unknown"}"#),
        ("EIO=4&transport=polling&sid=nobody", 400, #"{"code":1,"message":"Session ID unknown"}"#),
        ("EIO=4&transport=websocket", 400, #"{"code":3,"message":"Bad request"}"#),
        ("EIO=3&transport=polling", 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
        ("transport=polling", 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
    ])
    func refusals(query: String, status: Int, body: String) async {
        let answer = await TestEngine(group: group).send(.get, query)
        #expect(answer.status == status)
        #expect(answer.body == body)
        #expect(answer.headers[.contentType] == "application/json")
    }

    @Test func whatOnePollCannotCarryComesWithTheNext() async throws {
        let engine = TestEngine(group: group)
        let (id, session) = try await engine.open()
        for index in 0..<20 { session.send("\(index)") }
        var received: [String] = []
        while received.count < 20 {
            let packets = await engine.poll(id).body.split(separator: "\u{1e}").map(String.init)
            #expect(packets.count <= 16)
            received += packets
        }
        #expect(received == (0..<20).map { "4\($0)" })
    }

    @Test func handshakeMustBeAGet() async {
        let answer = await TestEngine(group: group).send(.post, "EIO=4&transport=polling", body: "4")
        #expect(answer.status == 400)
        #expect(answer.body == #"{"code":2,"message":"Bad handshake method"}"#)
    }

    @Test func otherMethodsAndTransportsOfASessionAreRefused() async throws {
        let engine = TestEngine(group: group)
        let id = try await engine.open().id
        for (method, query) in [
            (HTTPRequest.Method.put, "EIO=4&transport=polling"), (.get, "EIO=4&transport=websocket"),
        ] {
            let answer = await engine.send(method, query + "&sid=\(id)")
            #expect(answer.body == #"{"code":3,"message":"Bad request"}"#)
        }
    }

    @Test func messagesGoBothWays() async throws {
        let engine = TestEngine(group: group)
        let (id, session) = try await engine.open()
        #expect(await engine.post(id, "4hello\u{1e}4world\u{1e}bAQID") == (200, "ok"))
        #expect(try await engine.records.next() == .text("hello"))
        #expect(try await engine.records.next() == .text("world"))
        #expect(try await engine.records.next() == .binary([1, 2, 3]))
        async let parked = engine.poll(id)
        session.send("one")
        let first = await parked
        #expect(first == (200, "4one"))
        try await session.eventLoop.submit {
            session.send("two")
            session.send("three")
        }.get()
        #expect(await engine.poll(id) == (200, "4two\u{1e}4three"))
    }

    @Test func secondGetClosesTheSession() async throws {
        let engine = TestEngine(group: group)
        let (id, session) = try await engine.open()
        async let parked = engine.poll(id)
        try await waitUntilParked(session)
        let second = await engine.poll(id)
        #expect(second == (400, #"{"code":3,"message":"Bad request"}"#))
        let first = await parked
        #expect(first == (200, "1"))
        #expect(try await engine.records.next() == .closed(.transportError))
        #expect(await engine.poll(id) == (400, #"{"code":1,"message":"Session ID unknown"}"#))
        #expect(engine.server.sessionCount == 0)
    }

    @Test func secondPostClosesTheSession() async throws {
        let engine = TestEngine(group: group)
        let (id, session) = try await engine.open()
        try await session.eventLoop.submit { session.pauseReading() }.get()
        async let held = engine.post(id, "4a")
        while try await session.eventLoop.submit({ session.post == nil }).get() { await Task.yield() }
        #expect(await engine.post(id, "4b").status == 400)
        #expect(await held == (200, "ok"))
        #expect(try await engine.records.next() == .closed(.transportError))
    }

    @Test func busyApplicationHoldsThePost() async throws {
        let engine = TestEngine(group: group)
        let (id, session) = try await engine.open()
        try await session.eventLoop.submit { session.pauseReading() }.get()
        async let held = engine.post(id, "4a\u{1e}4b")
        while try await session.eventLoop.submit({ session.post == nil }).get() { await Task.yield() }
        #expect(engine.records.count == 0)
        try await session.eventLoop.submit { session.resumeReading() }.get()
        #expect(await held == (200, "ok"))
        #expect(try await engine.records.next() == .text("a"))
        #expect(try await engine.records.next() == .text("b"))
    }

    @Test func malformedPostClosesTheSession() async throws {
        for body in ["", "x", "4a\u{1e}", "b?"] {
            let engine = TestEngine(group: group)
            let id = try await engine.open().id
            #expect(await engine.post(id, body) == (400, #"{"code":3,"message":"Bad request"}"#))
            #expect(try await engine.records.next() == .closed(.parseError))
        }
    }

    @Test func longBodyIsRefusedAndTheSessionStays() async throws {
        let engine = TestEngine(group: group) { $0.maxPayload = 10 }
        let id = try await engine.open().id
        #expect(await engine.post(id, "4" + String(repeating: "x", count: 10)).status == 413)
        #expect(await engine.post(id, "4" + String(repeating: "x", count: 9)) == (200, "ok"))
    }

    @Test func cancelledPollClosesTheSession() async throws {
        let engine = TestEngine(group: group)
        let (id, session) = try await engine.open()
        let poll = Task { await engine.poll(id) }
        try await waitUntilParked(session)
        poll.cancel()
        _ = await poll.value
        #expect(try await engine.records.next() == .closed(.transportError))
    }

    @Test func pollOfACancelledTaskReturns() async throws {
        let engine = TestEngine(group: group)
        let id = try await engine.open().id
        let poll = Task {
            while !Task.isCancelled { await Task.yield() }
            return await engine.poll(id)
        }
        poll.cancel()
        _ = await poll.value
        #expect(try await engine.records.next() == .closed(.transportError))
    }

    @Test func closePacketOfTheClientEndsTheSession() async throws {
        let engine = TestEngine(group: group)
        let (id, session) = try await engine.open()
        async let parked = engine.poll(id)
        try await waitUntilParked(session)
        #expect(await engine.post(id, "4last\u{1e}1\u{1e}4late") == (200, "ok"))
        #expect(await parked == (200, "1"))
        #expect(try await engine.records.next() == .text("last"))
        #expect(try await engine.records.next() == .closed(.transportClose))
        #expect(engine.server.sessionCount == 0)
    }

    @Test func goodbyeWaitsForTheNextPoll() async throws {
        let engine = TestEngine(group: group)
        let (id, session) = try await engine.open()
        session.send("last")
        session.close()
        #expect(try await engine.records.next() == .closed(.forcedClose))
        #expect(await engine.poll(id) == (200, "4last\u{1e}1"))
        #expect(await engine.poll(id).status == 400)
        #expect(engine.server.sessionCount == 0)
    }

    @Test(arguments: [false, true]) func aGoodbyeKeepsTheBoundOfAPoll(isParked: Bool) async throws {
        let engine = TestEngine(group: group) { $0.maxPacketsPerPoll = 3 }
        let (id, session) = try await engine.open()
        async let parked = isParked ? engine.poll(id) : nil
        if isParked { try await waitUntilParked(session) }
        try await session.eventLoop.submit {
            for index in 0..<6 { session.send("\(index)") }
            session.close()
        }.get()
        var answers: [String] = []
        if let first = await parked { answers.append(first.body) }
        while answers.count < 3 { answers.append(await engine.poll(id).body) }
        #expect(answers == ["40\u{1e}41\u{1e}42", "43\u{1e}44\u{1e}45", "1"])
        #expect(await engine.poll(id).status == 400)
        #expect(try await engine.records.next() == .closed(.forcedClose))
        #expect(engine.records.count == 0 && engine.server.sessionCount == 0)
    }

    @Test func pingsAreSentAndAnswered() async throws {
        let engine = TestEngine(group: group) { $0.pingInterval = .milliseconds(20) }
        let id = try await engine.open().id
        for _ in 0..<3 {
            #expect(await engine.poll(id) == (200, "2"))
            #expect(await engine.post(id, "3") == (200, "ok"))
        }
        #expect(engine.records.count == 0)
    }

    @Test func missedPongClosesTheSession() async throws {
        let engine = TestEngine(group: group) {
            $0.pingInterval = .milliseconds(20)
            $0.pingTimeout = .milliseconds(20)
            $0.closeTimeout = .seconds(60)
        }
        let id = try await engine.open().id
        #expect(try await engine.records.next() == .closed(.pingTimeout))
        #expect(await engine.poll(id) == (200, "2\u{1e}1"))
    }

    @Test func waitingMessagesAreBounded() async throws {
        let engine = TestEngine(group: group) { $0.maxBufferedPackets = 4 }
        let session = try await engine.open().session
        try await session.eventLoop.submit { for _ in 0..<4 { session.send("x") } }.get()
        #expect(engine.records.count == 0)
        session.send("x")
        #expect(try await engine.records.next() == .closed(.transportError))
    }

    @Test func sessionsAreBounded() async throws {
        let engine = TestEngine(group: group) { $0.maxSessions = 1 }
        _ = try await engine.open()
        #expect(await engine.send(.get, "EIO=4&transport=polling").status == 503)
    }

    @Test func whoIsNotLetInGivesWay() async throws {
        let engine = TestEngine(group: group) {
            $0.maxSessions = 2
            $0.admissionGrace = .zero
        }
        let (_, admitted) = try await engine.open()
        admitted.admit()
        let (oldest, _) = try await engine.open()
        #expect(await engine.send(.get, "EIO=4&transport=polling").status == 200)
        let (first, second) = (try await engine.records.next(), try await engine.records.next())
        #expect([first, second].contains(.closed(.forcedClose)) && [first, second].contains(.opened))
        #expect(engine.server.registry[oldest] == nil && engine.server.registry[admitted.id] != nil)
        #expect(await engine.poll(oldest).status == 400)
        #expect(engine.server.sessionCount == 2)
    }

    @Test func forAMomentItsPlaceIsItsOwn() async throws {
        let engine = TestEngine(group: group) {
            $0.maxSessions = 1
            $0.admissionGrace = .seconds(60)
        }
        _ = try await engine.open()
        #expect(await engine.send(.get, "EIO=4&transport=polling").status == 503)
    }

    @Test func shutdownAnswersParkedPollsAndRefusesNewSessions() async throws {
        let engine = TestEngine(group: group) { $0.closeTimeout = .milliseconds(20) }
        let (id, session) = try await engine.open()
        _ = try await engine.open()
        async let parked = engine.poll(id)
        try await waitUntilParked(session)
        await engine.server.shutdown(deadline: .seconds(5))
        #expect(await parked == (200, "1"))
        #expect(engine.server.sessionCount == 0)
        #expect(try await engine.records.next() == .closed(.serverShuttingDown))
        #expect(await engine.send(.get, "EIO=4&transport=polling").status == 503)
    }

    @Test func shutdownKeepsItsDeadline() async throws {
        let engine = TestEngine(group: group) { $0.closeTimeout = .seconds(1000) }
        _ = try await engine.open()
        await engine.server.shutdown(deadline: .milliseconds(20))
        #expect(engine.server.sessionCount == 0)
    }

    private func waitUntilParked(_ session: EngineIOSession) async throws {
        while try await session.eventLoop.submit({ session.poll == nil }).get() { await Task.yield() }
    }
}
