import Foundation
import MsgKit
import Testing

/// The rules of ``AutoMessageStore``.
public enum AutoMessageStoreSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("every field of an automatic message is kept", fieldsKept),
        .init("due are those whose instant has come, the earliest first", dueInOrder),
        .init("those that are due are told in pages, each once", pages),
        .init("one that is queued is not due, and told of by when it was last noted", lastNoted),
        .init("those that are queued are told in pages, each once", pagesOfQueued),
        .init("one that is queued anew keeps since when it has been, unless that is yet to come", queuedAnew),
        .init("one that is sent or failed is not due", settled),
        .init("those that are sent or failed are not marked as queued", queueSettled),
        .init("a message is marked as sent once", sentOnce),
        .init("of concurrent calls one marks as sent", sentConcurrently),
        .init("a failed try is noted, but not of one that is sent", retried),
        .init("one is given up, but not when it is sent", failed),
        .init("failed ones are replayed, others are left", replayed),
        .init("the one that is queued longest is told, of those neither sent nor failed", oldestQueued),
        .init("thousands of due ones are queued in steps, each once", many),
        .init("another process sees a mark at once", seenElsewhere),
    ]

    /// A complete plan of messages that are due at these seconds.
    private static func planned(
        _ backend: any RecordsUnderTest, due seconds: [Int]
    ) async throws -> (stage: Stage, messages: [AutoMessage]) {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        let direct = try await stage.direct(users[0], users[1])
        let messages = seconds.map {
            stage.make.autoMessage(by: users[0].id, to: users[1].id, in: direct.id, due: stage.second($0))
        }
        try await stage.completePlan(of: messages)
        return (stage, messages)
    }

    private static func due(_ stage: Stage, at second: Int, limit: Int = 100) async throws -> [AutoMessage.ID] {
        try await stage.backend.autoMessages.due(at: stage.second(second), limit: limit).map(\.id)
    }

    private static func queued(_ stage: Stage, _ noted: LastNoted) async throws -> [AutoMessage.ID] {
        try await stage.backend.autoMessages.queued(noted, after: nil, limit: 100).map(\.id)
    }

    private static func fieldsKept(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        let direct = try await stage.direct(users[0], users[1])
        var message = stage.make.autoMessage(
            "Güten Môrgen 🌞", by: users[1].id, to: users[0].id, in: direct.id,
            due: stage.make.instant(.milliseconds(12_345)))
        message.createdAt = stage.make.instant(.milliseconds(1))
        message.updatedAt = stage.make.instant(.milliseconds(2))
        try await stage.completePlan(of: [message])
        #expect(try await backend.autoMessages.autoMessage(message.id) == message)
        #expect(try await backend.autoMessages.autoMessage(stage.make.id()) == nil)
        #expect(try await backend.messages.message(message.id) == nil, "it is not a message before it is delivered")
        let due = try await backend.autoMessages.due(at: stage.second(20), limit: 10)
        #expect(due == [message])
    }

    private static func dueInOrder(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [30, 10, 40, 20, 50])
        #expect(try await due(stage, at: 9) == [])
        #expect(try await due(stage, at: 10) == [messages[1].id], "at its instant it is due")
        #expect(try await due(stage, at: 35) == [messages[1], messages[3], messages[0]].map(\.id))
        #expect(
            try await due(stage, at: 99, limit: 2) == [messages[1], messages[3]].map(\.id), "the earliest come first")
    }

    private static func pages(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [30, 10, 20, 20, 20, 20, 40])
        let store = backend.autoMessages
        for limit in 1...7 {
            var seen: [AutoMessage] = []
            while seen.count <= 7 {
                let page = try await store.due(at: stage.second(30), after: seen.last, limit: limit)
                #expect(page.count <= limit)
                if page.isEmpty { break }
                seen += page
            }
            let expected = messages.dropLast().sorted { ($0.sendDate, $0.id) < ($1.sendDate, $1.id) }
            #expect(seen.map(\.id) == expected.map(\.id), "\(limit) at a time")
        }
    }

    private static func oldestQueued(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10, 20, 30, 40])
        let store = backend.autoMessages
        #expect(try await store.oldestQueued() == nil)
        for (number, message) in messages.dropLast().enumerated() {
            try await store.markQueued([message.id], at: stage.second(100 + number))
        }
        #expect(try await store.oldestQueued() == stage.second(100))
        _ = try await store.markSent(messages[0].id, at: stage.second(200))
        #expect(try await store.oldestQueued() == stage.second(101))
        try await store.markFailed(messages[1].id, error: "It failed.", at: stage.second(200))
        #expect(try await store.oldestQueued() == stage.second(102))
        try await store.markQueued([messages[2].id], at: stage.second(300))
        #expect(try await store.oldestQueued() == stage.second(102), "queued anew, it has waited all the same")
        _ = try await store.markSent(messages[2].id, at: stage.second(400))
        #expect(try await store.oldestQueued() == nil, "one waits, but is not queued")
    }

    private static func lastNoted(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10, 20, 30, 40])
        let store = backend.autoMessages
        try await store.markQueued([messages[0].id], at: stage.second(100))
        try await store.markQueued([messages[1].id], at: stage.second(200))
        let first = try #require(try await store.autoMessage(messages[0].id))
        #expect(first.isQueued)
        #expect(first.queuedAt == stage.second(100))
        #expect(try await due(stage, at: 500) == messages[2...].map(\.id))
        #expect(try await queued(stage, .before(stage.second(100))) == [], "before, not at, the instant")
        #expect(try await queued(stage, .before(stage.second(101))) == [messages[0].id])
        #expect(try await queued(stage, .before(stage.second(201))) == messages[..<2].map(\.id))
        #expect(try await queued(stage, .after(stage.second(200))) == [], "after, not at, the instant")
        #expect(try await queued(stage, .after(stage.second(199))) == [messages[1].id])
        try await store.markRetried(messages[0].id, retryCount: 1, error: "It failed.", at: stage.second(300))
        #expect(try await queued(stage, .before(stage.second(300))) == [messages[1].id], "a failed try is noted, too")
        #expect(try await queued(stage, .after(stage.second(0))) == [messages[1], messages[0]].map(\.id))
        #expect(try await store.queuedCount(limit: 9) == 2)
        #expect(try await store.queuedCount(limit: 1) == 1)
    }

    private static func pagesOfQueued(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [30, 10, 20, 20, 20, 20, 40])
        let store = backend.autoMessages
        try await store.markQueued(messages[..<3].map(\.id), at: stage.second(200))
        try await store.markQueued(messages[3...].map(\.id), at: stage.second(100))
        let expected = messages[3...].map(\.id).sorted() + messages[..<3].map(\.id).sorted()
        for noted in [LastNoted.before(stage.second(300)), .after(stage.second(0))] {
            for limit in 1...7 {
                var seen: [AutoMessage] = []
                while seen.count <= 7 {
                    let page = try await store.queued(noted, after: seen.last, limit: limit)
                    #expect(page.count <= limit)
                    if page.isEmpty { break }
                    seen += page
                }
                #expect(seen.map(\.id) == expected, "\(limit) at a time")
            }
        }
    }

    private static func queuedAnew(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10])
        let store = backend.autoMessages
        try await store.markQueued([messages[0].id], at: stage.second(100))
        try await store.markQueued([messages[0].id], at: stage.second(500))
        #expect(try await store.autoMessage(messages[0].id)?.queuedAt == stage.second(100))
        #expect(try await queued(stage, .before(stage.second(500))) == [])
        try await store.markQueued([messages[0].id], at: stage.second(50))
        #expect(try await store.autoMessage(messages[0].id)?.queuedAt == stage.second(50), "the clock was ahead")
    }

    private static func settled(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10, 20, 30, 40])
        let store = backend.autoMessages
        try await store.markQueued(messages.map(\.id), at: stage.second(100))
        _ = try await store.markSent(messages[0].id, at: stage.second(101))
        try await store.markFailed(messages[1].id, error: "It failed.", at: stage.second(101))
        try await store.markRetried(messages[2].id, retryCount: 1, error: "It failed.", at: stage.second(101))
        #expect(try await queued(stage, .before(stage.second(500))) == [messages[3], messages[2]].map(\.id))
        #expect(try await queued(stage, .after(stage.second(0))) == [messages[3], messages[2]].map(\.id))
        #expect(try await due(stage, at: 500) == [])
        #expect(try await store.queuedCount(limit: 9) == 2)
        #expect(try await store.queuedCount(limit: 1) == 1)
    }

    private static func queueSettled(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10, 20, 30])
        let store = backend.autoMessages
        _ = try await store.markSent(messages[0].id, at: stage.second(100))
        try await store.markFailed(messages[1].id, error: "It failed.", at: stage.second(100))
        let before = [try await store.autoMessage(messages[0].id), try await store.autoMessage(messages[1].id)]
        try await store.markQueued(messages.map(\.id) + [stage.make.id()], at: stage.second(200))
        try await store.markQueued([], at: stage.second(300))
        #expect(try await store.autoMessage(messages[0].id) == before[0])
        #expect(try await store.autoMessage(messages[1].id) == before[1])
        #expect(try await store.autoMessage(messages[2].id)?.queuedAt == stage.second(200))
    }

    private static func sentOnce(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10])
        let store = backend.autoMessages
        try await store.markQueued([messages[0].id], at: stage.second(99))
        #expect(try await store.markSent(messages[0].id, at: stage.second(100)))
        #expect(try await !store.markSent(messages[0].id, at: stage.second(200)))
        #expect(try await !store.markSent(stage.make.id(), at: stage.second(200)))
        let sent = try #require(try await store.autoMessage(messages[0].id))
        #expect(sent.isSent)
        #expect(sent.sentAt == stage.second(100))
        #expect(sent.queuedAt == stage.second(99))
    }

    private static func sentConcurrently(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10])
        let elsewhere = try await backend.another()
        let marked = try await concurrently(20) { number in
            try await (number % 2 == 0 ? backend : elsewhere).autoMessages.markSent(
                messages[0].id, at: stage.second(number))
        }
        #expect(marked.count { $0 } == 1)
    }

    private static func retried(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10, 20])
        let store = backend.autoMessages
        try await store.markRetried(messages[0].id, retryCount: 2, error: "Ärger", at: stage.second(100))
        let retried = try #require(try await store.autoMessage(messages[0].id))
        #expect(retried.retryCount == 2)
        #expect(retried.errorMessage == "Ärger")
        #expect(retried.failedAt == nil)
        #expect(!retried.isSent)
        _ = try await store.markSent(messages[1].id, at: stage.second(100))
        let sent = try await store.autoMessage(messages[1].id)
        try await store.markRetried(messages[1].id, retryCount: 2, error: "Ärger", at: stage.second(101))
        #expect(try await store.autoMessage(messages[1].id) == sent)
    }

    private static func failed(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10, 20])
        let store = backend.autoMessages
        try await store.markFailed(messages[0].id, error: "It failed.", at: stage.second(100))
        let failed = try #require(try await store.autoMessage(messages[0].id))
        #expect(failed.failedAt == stage.second(100))
        #expect(failed.errorMessage == "It failed.")
        #expect(!failed.isSent)
        _ = try await store.markSent(messages[1].id, at: stage.second(100))
        let sent = try await store.autoMessage(messages[1].id)
        try await store.markFailed(messages[1].id, error: "It failed.", at: stage.second(101))
        #expect(try await store.autoMessage(messages[1].id) == sent)
    }

    private static func replayed(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10, 20, 30])
        let store = backend.autoMessages
        try await store.markQueued(messages.map(\.id), at: stage.second(50))
        try await store.markRetried(messages[0].id, retryCount: 3, error: "It failed.", at: stage.second(100))
        try await store.markFailed(messages[0].id, error: "It failed.", at: stage.second(100))
        _ = try await store.markSent(messages[1].id, at: stage.second(100))
        let others = [try await store.autoMessage(messages[1].id), try await store.autoMessage(messages[2].id)]
        try await store.markReplayed(messages.map(\.id) + [stage.make.id()], at: stage.second(200))
        let replayed = try #require(try await store.autoMessage(messages[0].id))
        #expect(replayed.failedAt == nil)
        #expect(replayed.retryCount == 0)
        #expect(replayed.isQueued)
        #expect(replayed.queuedAt == stage.second(200))
        #expect(replayed.replayedAt == stage.second(200) && replayed.lateSince == stage.second(200))
        #expect(try await store.autoMessage(messages[1].id) == others[0], "it had not failed")
        #expect(try await store.autoMessage(messages[2].id) == others[1], "it had not failed")
        #expect(try await queued(stage, .before(stage.second(200))) == [messages[2].id])
        #expect(try await queued(stage, .before(stage.second(201))) == [messages[2], messages[0]].map(\.id))
        #expect(try await store.markSent(messages[0].id, at: stage.second(500)))
    }

    private static func many(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: (0..<2500).map { $0 % 100 })
        var queued: [AutoMessage.ID] = []
        while queued.count <= messages.count {
            let step = try await due(stage, at: 200, limit: 1000)
            if step.isEmpty { break }
            try await backend.autoMessages.markQueued(step, at: stage.second(200))
            queued += step
        }
        #expect(queued.count == messages.count)
        #expect(Set(queued) == Set(messages.map(\.id)))
    }

    private static func seenElsewhere(_ backend: any RecordsUnderTest) async throws {
        let (stage, messages) = try await planned(backend, due: [10])
        let elsewhere = try await backend.another()
        #expect(try await due(Stage(elsewhere, make: stage.make), at: 30) == [messages[0].id])
        try await backend.autoMessages.markQueued([messages[0].id], at: stage.second(20))
        #expect(try await elsewhere.autoMessages.autoMessage(messages[0].id)?.isQueued == true)
        #expect(try await elsewhere.autoMessages.markSent(messages[0].id, at: stage.second(21)))
        #expect(try await !backend.autoMessages.markSent(messages[0].id, at: stage.second(22)))
    }
}
