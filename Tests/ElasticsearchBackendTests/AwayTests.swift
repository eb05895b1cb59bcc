import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import ElasticsearchBackend

/// What callers see of an engine that is away, hangs or answers nonsense.
@Suite(.timeLimit(.minutes(2)))
struct AwayTests {
    @Test func nobodyListens() async throws {
        // A port that was free a moment ago.
        let port = try await FakeEngine.serving({ _ in .silence }) { $0.port }
        let backend = try ElasticsearchBackend.open(
            url: Secret("http://127.0.0.1:\(port)"), options: FakeEngine.options, logger: FakeEngine.silent)
        for (name, call) in everyCall(of: backend) {
            let taken = await expectFailure(.unavailable) { try await call() }
            #expect(taken < .seconds(8), "\(name) took \(taken)")
        }
        await backend.close()
    }

    @Test(arguments: [
        FakeEngine.Reply.silence, .half, .cut, .endless, .raw("HTTP/1.1 200 OK\r\n\r\n"), .raw("SSH-2.0\r\n"),
    ])
    func itDoesNotAnswer(_ reply: FakeEngine.Reply) async throws {
        var options = FakeEngine.options
        options.maximumAnswerBytes = 1 << 20
        try await FakeEngine.backing({ _ in reply }, options: options) { _, backend in
            for (name, call) in everyCall(of: backend) {
                let taken = await expectFailure(.unavailable) { try await call() }
                #expect(taken < HealthService.deadline + .seconds(6), "\(name) took \(taken)")
            }
        }
    }

    @Test(arguments: [
        (200, "<html>Welcome to nginx!</html>"), (200, ""), (200, "null"), (200, "[]"), (200, "{"),
        (404, "<html>Not found</html>"), (404, "{}"), (400, "{}"), (409, ""), (401, "{}"), (403, "{}"), (500, "{}"),
        (503, "{}"), (301, ""), (418, "teapot"), (200, #"{"hits":7,"errors":"no","_source":[]}"#),
    ])
    func itAnswersNonsense(status: Int, body: String) async throws {
        try await FakeEngine.backing({ _ in .answer(status, body) }) { _, backend in
            for (name, call) in everyCall(of: backend) {
                do {
                    try await call()
                    // Some need no more of an answer than that it is one.
                    #expect(status == 200, "\(name)")
                } catch let error as MsgError {
                    let isRefused = status == 401 || status == 403
                    #expect(
                        error.code == (isRefused ? .configuration : .unavailable),
                        "\(name): \(String(reflecting: error))")
                    if isRefused { #expect(error.detail?.contains("the address of Elasticsearch") == true) }
                }
            }
        }
    }

    @Test func anAnswerMayNotBeTooLong() async throws {
        var options = FakeEngine.options
        options.maximumAnswerBytes = 100_000
        let body = #"{"took":1,"hits":{"total":{"value":0}},"rest":""# + String(repeating: "x", count: 100_000) + "\"}"
        try await FakeEngine.backing({ _ in .answer(200, body) }, options: options) { _, backend in
            let query = MessageQuery(
                text: "tea", conversations: [Fixtures().id()], page: PageRequest(limit: 10))
            await expectFailure(.unavailable) { try await backend.search.search(query) }
        }
        options.maximumAnswerBytes = body.utf8.count
        options.timeout = .seconds(20)
        try await FakeEngine.backing({ _ in .answer(200, body) }, options: options) { _, backend in
            let query = MessageQuery(
                text: "tea", conversations: [Fixtures().id()], page: PageRequest(limit: 10))
            let found = try await backend.search.search(query)
            #expect(found.total == 0)
        }
    }

    @Test func mutilatedAnswersNeverTrap() async throws {
        let seed = UInt64.random(in: 0...(.max))
        let answers = [
            #"{"hits":{"total":{"value":9223372036854775807},"hits":[{"_id":"000000000000000000000001","sort":[1.5,7,"a"],"_source":{"content":"tea","updatedAt":-9223372036854775808},"highlight":{"content":["tea"]}}]}}"#,
            #"{"aggregations":{"automatic":{"doc_count":-1},"senders":{"value":1e300},"days":{"buckets":[{"key":"9999-99-99","doc_count":1}]},"users":{"buckets":[{"key":"x","doc_count":1}]}}}"#,
            #"{"test-v1-0-a":{"mappings":{"_meta":{"format":1}}},"_seq_no":-1,"_primary_term":9e99,"_source":{"format":1,"live":"x","stamp":""}}"#,
            #"{"errors":true,"items":[{"index":{"status":400,"error":{"type":"x"}}}],"docs":[{"_id":"1","_version":-5}]}"#,
        ]
        print("seed \(seed)")
        let random = SharedRandom(seed: seed)
        let script: FakeEngine.Script = { _ in
            var bytes = Array(answers[random.next(below: answers.count)].utf8)
            for _ in 0..<random.next(below: 6) {
                let place = random.next(below: bytes.count)
                switch random.next(below: 4) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8(random.next(below: 256))
                case 2: bytes.insert(UInt8(ascii: "9"), at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { break }
            }
            return .answer([200, 201, 404, 409, 400][random.next(below: 5)], String(decoding: bytes, as: UTF8.self))
        }
        try await FakeEngine.backing(script) { _, backend in
            for _ in 0..<60 {
                for (name, call) in everyCall(of: backend) {
                    do {
                        try await call()
                    } catch {
                        #expect(error is MsgError, "\(name), seed \(seed): \(String(reflecting: error))")
                    }
                }
            }
        }
    }

    @Test func healthIsBackWhenTheEngineIs() async throws {
        let isAway = Latch()
        let script: FakeEngine.Script = { request in
            if isAway.isOpen { return .cut }
            return .answer(200, request.uri.hasSuffix("/_mapping") ? #"{"test":{"mappings":{}}}"# : #"{"took":1}"#)
        }
        try await FakeEngine.backing(script) { _, backend in
            let health = HealthService(probes: [backend.probe], lifetime: .zero, logger: FakeEngine.silent)
            #expect(await health.report().checks["search"]?.status == .up)
            isAway.open()
            let report = await health.report()
            #expect(report.checks["search"]?.status == .down)
            #expect(report.isReady, "the service does its work without search")
        }
    }
}
