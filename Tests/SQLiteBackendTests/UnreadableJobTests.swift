import Foundation
import MsgKit
import Testing

@testable import SQLiteBackend

/// Rows that somebody put into the queue's tables, or changed there.
@Suite(.timeLimit(.minutes(1)))
struct UnreadableJobTests {
    private static let id = "65f0a1b2c3d4e5f6a7b8c9d0"
    private let page = PageRequest(limit: 100)

    private static func body(_ change: (inout [String: Any]) -> Void) -> String {
        var fields: [String: Any] = [
            "id": id, "senderId": id, "receiverId": id, "conversationId": id, "content": "Hello",
            "sendDate": "2026-01-31T12:00:00.000Z", "retryCount": 0, "timestamp": "2026-01-31T12:00:00.000Z",
        ]
        change(&fields)
        let data = try? JSONSerialization.data(withJSONObject: fields)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    static let bodies: [(body: String, reason: String)] = [
        ("", "The body is no JSON object."), ("null", "The body is no JSON object."),
        ("a\u{0}b", "The body is no JSON object."),
        (String(repeating: "[", count: 100_000), "The body is no JSON object."),
        (String(repeating: "ä", count: 200_000), "The body has 400000 bytes, more than a job can have."),
        (body { $0["senderId"] = nil }, "The field senderId is missing."),
        (body { $0["content"] = [1] }, "The field content is of a wrong type."),
        (body { $0["sendDate"] = "yesterday" }, "The field sendDate is not valid."),
        (body { $0["id"] = "65f0a1b2c3d4e5f6a7b8c9d1" }, "The id is not that of its row."),
    ]

    /// Puts a row into the queue, due at once.
    private func insert(_ body: String, as id: String = id, into backend: SQLiteBackend) async throws {
        _ = try await backend.database.write { db in
            try db.run(
                "INSERT INTO queue_jobs (id, body, retryCount, publishedAt, availableAt) VALUES (?, ?, 3, 0, 0)",
                [id, body])
        }
    }

    @Test(arguments: bodies.indices)
    func whatIsNoJobBecomesADeadLetter(_ number: Int) async throws {
        let (body, reason) = Self.bodies[number]
        let home = try TestDirectory()
        let backend = try await home.open()
        try await insert(body, into: backend)
        let job = Samples.job()
        try await backend.queue.publish([job])
        // What lies behind it comes.
        #expect(try await backend.queue.receive(limit: 5, wait: .seconds(10)).map(\.job.id) == [job.id])
        #expect(
            try await backend.queue.depth() == QueueDepth(ready: 0, inFlight: 1, delayed: 0, deadLetters: 1))
        let letters = try await backend.deadLetters.deadLetters(matching: .everything, page: page).items
        let letter = try #require(letters.first)
        #expect(letter.reason == reason && letter.job == nil)
        #expect((letter.failedAt?.timeIntervalSinceNow).map { $0 > -600 } == true)
        guard case .unreadable(let unreadable) = letter.content else { return }
        #expect(unreadable.size == body.utf8.count)
        #expect(unreadable.body == Data(body.utf8.prefix(UnreadableJob.maximumShown)))
        #expect(unreadable.id.description != Self.id, "it takes the place of no real letter")
        let kept = try await backend.database.read { db in
            try db.first("SELECT body FROM dead_letters") { try $0.value(0) as String }
        }
        #expect(kept == body, "all of it is kept")

        let filter = DeadLetterFilter(kind: .unreadable)
        #expect(try await backend.deadLetters.ids(matching: filter) == [unreadable.id])
        #expect(try await backend.deadLetters.deadLetter(unreadable.id) == letter)
        #expect(try await backend.deadLetters.replay(matching: .everything) == [])
        #expect(try await backend.deadLetters.purge(matching: filter) == 1)
        #expect(try await backend.queue.depth().deadLetters == 0)
    }

    @Test func aJobInARowOfAnotherIDIsGivenOutToNobody() async throws {
        let home = try TestDirectory()
        let backend = try await home.open()
        try await insert(Self.body { _ in }, as: "no id, but 24 characters", into: backend)
        #expect(try await backend.queue.receive(limit: 5, wait: .zero).isEmpty)
        let letters = try await backend.deadLetters.deadLetters(matching: .everything, page: page).items
        #expect(letters.map(\.reason) == ["The id is not that of its row."] && letters.first?.job == nil)
    }

    /// One that somebody has changed hides none of the others.
    @Test func aLetterWhoseBodyWasDamagedIsShownAndForgotten() async throws {
        let home = try TestDirectory()
        let backend = try await home.open()
        let letters = (0..<3).map {
            DeadLetter(job: Samples.job(), failedAt: Samples.at(Double($0)), reason: "It failed.")
        }
        try await backend.deadLetters.bury(letters)
        let damaged = letters[1].id
        _ = try await backend.database.write { db in
            try db.run("UPDATE dead_letters SET body = 'broken' WHERE id = ?", [damaged])
        }
        let listed = try await backend.deadLetters.deadLetters(matching: .everything, page: page).items
        #expect(listed.map(\.id) == letters.map(\.id))
        #expect(listed.map { $0.job == nil } == [false, true, false])
        #expect(try await backend.deadLetters.replay(matching: .everything) == [letters[0].id, letters[2].id])
        #expect(try await backend.deadLetters.purge(matching: .everything) == 1)
    }

    @Test func anInstantThatNoCalendarHasIsUnknown() async throws {
        let home = try TestDirectory()
        let backend = try await home.open()
        let letters = (0..<3).map { _ in DeadLetter(job: Samples.job(), failedAt: Samples.start, reason: "It failed.") }
        try await backend.deadLetters.bury(letters)
        for (letter, milliseconds) in zip(letters, [Int64.min, Int64.max]) {
            _ = try await backend.database.write { db in
                try db.run("UPDATE dead_letters SET failedAt = ? WHERE id = ?", [milliseconds, letter.id])
            }
        }
        let ids = try await backend.deadLetters.ids(matching: DeadLetterFilter(reason: "failed"))
        #expect(Set(ids) == Set(letters.map(\.id)))
        #expect(try await backend.deadLetters.deadLetter(letters[0].id)?.failedAt == nil)
        #expect(
            try await backend.deadLetters.ids(matching: DeadLetterFilter(before: .distantFuture)) == [letters[2].id])
        #expect(try await backend.deadLetters.replay(matching: .everything).count == 3)
    }
}
