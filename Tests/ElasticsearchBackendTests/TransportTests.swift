import Foundation
import MsgKit
import MsgTestKit
import NIOHTTP1
import Testing

@testable import ElasticsearchBackend

/// Connections, bounds, cancellation and credentials.
@Suite(.timeLimit(.minutes(2)))
struct TransportTests {
    private static let ok = FakeEngine.Reply.answer(200, "{}")
    private static let ask = HTTPRequest(method: .get, target: "/question")
    private static var soon: ContinuousClock.Instant { .now + .seconds(5) }

    private static func withTransport<Result>(
        to url: Secret, apiKey: Secret? = nil, connections: Int = 2, waiting: Int = 100, authorityFile: String? = nil,
        _ body: (HTTPTransport) async throws -> Result
    ) async throws -> Result {
        let transport = try HTTPTransport(
            engine: EngineAddress(url, apiKey: apiKey),
            options: TransportOptions(
                connectTimeout: .seconds(1), maximumConnections: connections, maximumWaiting: waiting,
                maximumAnswerBytes: 1 << 20, authorityFile: authorityFile))
        do {
            let result = try await body(transport)
            await transport.close(within: .seconds(1))
            return result
        } catch {
            await transport.close(within: .seconds(1))
            throw error
        }
    }

    @Test func connectionsAreKept() async throws {
        try await FakeEngine.serving({ _ in Self.ok }) { engine in
            try await Self.withTransport(to: engine.url) { transport in
                for _ in 0..<20 { _ = try await transport.send(Self.ask, until: Self.soon) }
            }
            #expect(Set(engine.requests.entries.map(\.connection)) == [0])
        }
    }

    @Test func aConnectionThatWasCutMeanwhileIsReplaced() async throws {
        // Each connection is cut after its second answer, when nothing is under way.
        try await FakeEngine.serving({ request in
            request.uri == "/last" ? .raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}") : Self.ok
        }) { engine in
            try await Self.withTransport(to: engine.url) { transport in
                for _ in 0..<10 {
                    _ = try await transport.send(Self.ask, until: Self.soon)
                    _ = try await transport.send(HTTPRequest(method: .get, target: "/last"), until: Self.soon)
                }
            }
            #expect(engine.requests.entries.count == 20)
        }
    }

    @Test func requestsAreSentAsTheyAre() async throws {
        try await FakeEngine.serving({ _ in Self.ok }) { engine in
            try await Self.withTransport(to: engine.url) { transport in
                for method in [HTTPRequest.Method.get, .put, .post, .delete] {
                    for body in [nil, "", "{\"a\":\"\u{0}é\"}", String(repeating: "x", count: 3_000_000)] {
                        let request = HTTPRequest(method: method, target: "/a?b=c", body: body.map { Array($0.utf8) })
                        _ = try await transport.send(request, until: Self.soon)
                        let seen = try #require(engine.requests.entries.last)
                        #expect(seen.method == method.rawValue)
                        #expect(seen.uri == "/a?b=c")
                        #expect(seen.body == body ?? "")
                        #expect(seen.headers["expect"] == [])
                    }
                }
            }
        }
    }

    @Test func onlySoManyWaitAndTheyAreServedLater() async throws {
        let gate = Latch()
        try await FakeEngine.serving({ _ in .later(gate, 200, "{}") }) { engine in
            try await Self.withTransport(to: engine.url, connections: 2, waiting: 3) { transport in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<2 { group.addTask { try await transport.send(Self.ask, until: Self.soon).status } }
                    try await engine.requests.wait(for: 2)
                    var refused = 0
                    for _ in 0..<10 {
                        group.addTask {
                            do {
                                return try await transport.send(Self.ask, until: Self.soon).status
                            } catch let error as MsgError where error.code == .serverBusy {
                                return 0
                            }
                        }
                    }
                    while refused < 7, let status = try await group.next() {
                        #expect(status == 0)
                        refused += 1
                    }
                    gate.open()
                    var served = 0
                    for try await status in group {
                        #expect(status == 200)
                        served += 1
                    }
                    #expect(served == 5)
                }
            }
        }
    }

    @Test func whoWaitsForAConnectionHearsInTime() async throws {
        try await FakeEngine.serving({ _ in .silence }) { engine in
            try await Self.withTransport(to: engine.url, connections: 1) { transport in
                let first = Task { try await transport.send(Self.ask, until: .now + .seconds(20)) }
                try await engine.requests.wait(for: 1)
                let start = ContinuousClock.now
                await #expect(throws: TransportError.self) {
                    try await transport.send(Self.ask, until: .now + .milliseconds(200))
                }
                #expect(.now - start < .seconds(8))
                first.cancel()
                await #expect(throws: CancellationError.self) { try await first.value }
            }
        }
    }

    @Test func aCancelledCallLetsItsConnectionGo() async throws {
        try await FakeEngine.serving({ $0.uri == "/hang" ? .silence : Self.ok }) { engine in
            try await Self.withTransport(to: engine.url, connections: 1) { transport in
                for number in 1...5 {
                    let call = Task {
                        try await transport.send(HTTPRequest(method: .get, target: "/hang"), until: Self.soon)
                    }
                    try await engine.requests.wait { $0.count { $0.uri == "/hang" } == number }
                    call.cancel()
                    await #expect(throws: CancellationError.self) { try await call.value }
                    #expect(try await transport.send(Self.ask, until: Self.soon).status == 200)
                }
            }
        }
    }

    @Test func aCallOfACancelledTaskIsNotSent() async throws {
        try await FakeEngine.serving({ _ in Self.ok }) { engine in
            try await Self.withTransport(to: engine.url) { transport in
                let call = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await transport.send(Self.ask, until: Self.soon)
                }
                await #expect(throws: CancellationError.self) { try await call.value }
            }
            #expect(engine.requests.entries.isEmpty)
        }
    }

    @Test func closingEndsEverything() async throws {
        try await FakeEngine.serving({ _ in .silence }) { engine in
            try await Self.withTransport(to: engine.url, connections: 1) { transport in
                let calls = (0..<3).map { _ in Task { try await transport.send(Self.ask, until: Self.soon) } }
                try await engine.requests.wait(for: 1)
                let start = ContinuousClock.now
                await transport.close(within: .milliseconds(100))
                #expect(.now - start < .seconds(8))
                for call in calls { await #expect(throws: TransportError.self) { try await call.value } }
                await #expect(throws: TransportError.self) { try await transport.send(Self.ask, until: Self.soon) }
                await transport.close(within: .zero)
            }
        }
    }

    @Test func closingWaitsForWhatIsUnderWay() async throws {
        let gate = Latch()
        try await FakeEngine.serving({ _ in .later(gate, 200, "{}") }) { engine in
            try await Self.withTransport(to: engine.url) { transport in
                let call = Task { try await transport.send(Self.ask, until: Self.soon) }
                try await engine.requests.wait(for: 1)
                let closing = Task { await transport.close(within: .seconds(10)) }
                gate.open()
                #expect(try await call.value.status == 200)
                await closing.value
            }
        }
    }

    @Test func credentialsAreSentAndNeverShown() async throws {
        try await FakeEngine.serving({ _ in Self.ok }) { engine in
            let url = Secret("http://el%40stic:p%3Aw%2F%C3%A9@127.0.0.1:\(engine.port)/behind/proxy/")
            try await Self.withTransport(to: url) { transport in
                #expect(transport.engine.label == "127.0.0.1:\(engine.port)")
                #expect(!"\(transport.engine)".contains("p:w"))
                _ = try await transport.send(Self.ask, until: Self.soon)
            }
            let expected = Data("el@stic:p:w/é".utf8).base64EncodedString()
            let seen = try #require(engine.requests.entries.first)
            #expect(seen.headers["authorization"] == ["Basic \(expected)"])
            #expect(seen.uri == "/behind/proxy/question")
            try await Self.withTransport(to: url, apiKey: Secret("a2V5")) { transport in
                _ = try await transport.send(Self.ask, until: Self.soon)
            }
            #expect(engine.requests.entries.last?.headers["authorization"] == ["ApiKey a2V5"])
        }
    }

    @Test(.enabled(if: TLSServer.isInstalled, "It needs OpenSSL's command."))
    func onlyACertificateThatFitsIsTrusted() async throws {
        try await TLSServer.serving { server in
            func status(_ host: String, _ authorityFile: String?) async throws -> Int {
                try await Self.withTransport(
                    to: Secret("https://\(host):\(server.port)"), authorityFile: authorityFile
                ) { try await $0.send(Self.ask, until: Self.soon).status }
            }
            let trusted = try await status("localhost", server.certificate)
            #expect(trusted == 200)
            for (host, file) in [("localhost", nil), ("127.0.0.1", server.certificate)] {
                do {
                    let status = try await status(host, file)
                    Issue.record("\(host) answered \(status)")
                } catch let error as TransportError {
                    #expect(error.description.hasPrefix("curl 60:"), "it is about the certificate")
                }
            }
        }
    }

    @Test(arguments: [
        "", "elastic", "ftp://host", "http://", "http://a:1,b:2", "http://host/?x=1", "http://host/#x", "redis://host",
        "http://user:p@ss:w@host:99999999",
    ])
    func addressesThatCantBeRight(url: String) {
        do {
            _ = try ElasticsearchBackend.open(url: Secret(url), logger: FakeEngine.silent)
            Issue.record("it was taken")
        } catch {
            #expect(MsgError(wrapping: error).code == .configuration)
            #expect(!String(reflecting: error).contains("p@ss"))
        }
    }
}
