import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import RabbitMQBackend

/// Bodies that other programs, or nobody in their right mind, put into the queues.
@Suite(.rabbitMQ, .timeLimit(.minutes(3)))
struct BodyTests {
    static let id = "65f0a1b2c3d4e5f6a7b8c9d0"

    static func body(
        _ change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> Data {
        var fields: [String: Any] = [
            "id": id, "senderId": id, "receiverId": id, "conversationId": id, "content": "Hello",
            "sendDate": "2026-01-31T12:00:00.000Z", "retryCount": 0, "timestamp": "2026-01-31T12:00:00.000Z",
        ]
        change(&fields)
        return try JSONSerialization.data(withJSONObject: fields)
    }

    @Test("bodies of other publishers are read leniently")
    func lenient() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            let bodies = [
                try Self.body { $0["retryCount"] = nil },
                try Self.body {
                    $0["sendDate"] = 1_769_860_800_000
                    $0["timestamp"] = nil
                },
                try Self.body { $0["somethingElse"] = ["nested": [1, 2, 3]] },
                try Self.body { $0["sendDate"] = "2026-01-31T12:00:00Z" },
            ]
            try await queues.publish(
                bodies, headers: ["x-retry-count": .integer(2), "odd": .table(["a": .bool(true)])])
            let deliveries = try await backend.take(4)
            #expect(deliveries.map(\.job.retryCount) == [2, 0, 0, 0])
            #expect(deliveries.allSatisfy { $0.job.sendDate == Date(millisecondsSince1970: 1_769_860_800_000) })
            #expect(deliveries.allSatisfy { $0.job.timestamp == $0.job.sendDate })
            try await backend.queue.acknowledge(deliveries)
            #expect(try await backend.queue.depth().isDrained)
        }
    }

    static let unreadable: [(name: String, body: Data)] = {
        let deep = String(repeating: "[", count: 100_000)
        var bodies: [(String, Data)] = [
            ("nothing", Data()), ("no JSON", Data("hello".utf8)), ("a list", Data("[]".utf8)),
            ("no object", Data("null".utf8)), ("no UTF-8", Data([0xff, 0xfe, 0x00, 0x80])), ("deep", Data(deep.utf8)),
            ("cut", (try? body().dropLast(3)) ?? Data()), ("large", Data(repeating: 0x20, count: 1_000_000)),
        ]
        let fields: [(String, (inout [String: Any]) -> Void)] = [
            ("no id", { $0["id"] = nil }), ("an id too short", { $0["id"] = "65f0" }),
            ("a number as id", { $0["id"] = 7 }),
            ("no date", { $0["sendDate"] = "yesterday" }), ("a date far away", { $0["sendDate"] = 1e300 }),
            ("a list as content", { $0["content"] = [1] }), ("a text as count", { $0["retryCount"] = "many" }),
        ]
        for (name, change) in fields { bodies.append((name, (try? body(change)) ?? Data())) }
        return bodies
    }()

    @Test("a body that is no job becomes a dead letter with the reason, and what lies behind it is delivered")
    func unreadableBodies() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            try await queues.publish(Self.unreadable.map(\.body) + [try Self.body()])
            let deliveries = try await backend.take(1)
            #expect(deliveries.map(\.job.id.description) == [Self.id])
            try await backend.queue.acknowledge(deliveries)
            var depth = try await eventually { () -> QueueDepth in
                let depth = try await backend.queue.depth()
                try NotYet.unless(depth.deadLetters == Self.unreadable.count && depth.inFlight == 0)
                return depth
            }
            #expect(depth.isDrained)
            let page = try await backend.deadLetters.deadLetters(page: PageRequest(limit: 100))
            #expect(page.total == Self.unreadable.count)
            #expect(
                page.items.allSatisfy {
                    !$0.reason.isEmpty && $0.failedAt.map { $0.timeIntervalSinceNow > -600 } == true
                })
            #expect(page.items.allSatisfy { $0.job == nil }, "nothing is made up")
            #expect(page.items.contains { unreadable($0)?.beginning == "hello" }, "the body is shown")
            #expect(page.items.contains { unreadable($0)?.beginning == "\\xff\\xfe\\x00\\x80" }, "escaped")

            #expect(try await backend.deadLetters.replay(nil) == [], "what is no job is not put back")
            let first = try #require(page.items.first)
            #expect(try await backend.deadLetters.deadLetter(first.id) == first)
            #expect(try await backend.deadLetters.purge([first.id]) == 1)
            #expect(try await backend.deadLetters.deadLetters(page: PageRequest(limit: 1)).total == page.total - 1)
            #expect(try await backend.deadLetters.purge(nil) == page.total - 1)
            depth = try await backend.queue.depth()
            #expect(depth == QueueDepth(ready: 0, inFlight: 0, delayed: 0, deadLetters: 0))
        }
    }

    private func unreadable(_ letter: DeadLetter) -> UnreadableJob? {
        if case .unreadable(let body) = letter.content { body } else { nil }
    }

    @Test(
        "garbage among the dead letters is shown for what it is, and touches no real one, not even of the id it names")
    func garbage() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            let queue = queues.topology.deadLetterQueue
            try await queues.publish([try Self.body { $0["failedAt"] = "2026-01-31T13:00:00.000Z" }], to: queue)
            let impostor = Data(#"{"id":"\#(Self.id)"}"#.utf8)
            try await queues.publish([impostor], headers: ["origin": .text("a script")], to: queue)
            let letters = try await backend.deadLetters.deadLetters(page: PageRequest(limit: 10)).items
            #expect(letters.map(\.job?.id.description) == [nil, Self.id])
            let garbage = try #require(letters.first)
            #expect(garbage.failedAt == nil, "nobody knows")
            let body = try #require(unreadable(garbage))
            #expect(body.size == impostor.count && body.body == impostor)
            #expect(
                body.properties["content_type"] == "application/json" && body.properties["header origin"] == "a script")
            #expect(try await backend.deadLetters.replay([garbage.id]) == [])
            #expect(try await backend.deadLetters.purge([garbage.id]) == 1)
            #expect(try await backend.deadLetters.replay(nil).map(\.description) == [Self.id])
        }
    }

    @Test("dead letters of other programs are shown with what they tell")
    func foreignDeadLetters() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            let bodies = [
                try Self.body { $0["failedAt"] = "2026-01-31T13:00:00.000Z" },
                try Self.body {
                    $0["id"] = "65f0a1b2c3d4e5f6a7b8c9d1"
                    $0["reason"] = "boom"
                },
                Data("{}".utf8),
            ]
            try await queues.publish(bodies, to: queues.topology.deadLetterQueue)
            let letters = try await backend.deadLetters.deadLetters(page: PageRequest(limit: 10)).items
            #expect(letters.count == 3)
            #expect(letters.map(\.reason).contains("boom"))
            #expect(letters.last?.failedAt == Date(iso8601: "2026-01-31T13:00:00.000Z"))
            #expect(letters.contains { $0.reason == "Not readable: The field id is missing." })
            #expect(try await backend.deadLetters.replay(nil).count == 2)
            #expect(try await backend.deadLetters.deadLetters(page: PageRequest(limit: 10)).total == 1)
        }
    }
}
