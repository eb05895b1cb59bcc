import Foundation
import MsgKit
import Testing

/// Dead letters by conditions.
extension DeadLetterQueueSuite {
    static let selectionCases: [ConformanceCase<any QueueUnderTest>] = [
        .init("each condition chooses the letters that meet it", conditions),
        .init("any conditions choose what the filter says", anyConditions),
        .init("pages stay as they are while letters come in", stablePages),
        .init("letters of one instant stand in the order of their ids", oneInstant),
        .init("looking changes nothing", looking),
        .init("replaying by a condition puts back what meets it, once", replayMatching),
        .init("purging by a condition forgets what meets it, once", purgeMatching),
        .init("more letters than an engine looks at by one step are replayed and purged", many),
    ]

    private static let page = PageRequest(limit: 1000)

    /// Four jobs a minute apart and what is none, an hour later.
    private static func samples(_ make: Fixtures) -> [DeadLetter] {
        let reasons = [
            "The receiver has opted out.", "Given up after 3 retries: Gönderilemedi.", "GÖNDERİLEMEDİ", "Away",
        ]
        let jobs = reasons.enumerated().map { number, reason in
            DeadLetter(job: make.job("Job \(number)"), failedAt: make.instant(.seconds(number * 60)), reason: reason)
        }
        let body = Data("no job".utf8)
        let unreadable = UnreadableJob(id: UnreadableJob.id(of: body), body: body, size: body.count)
        return jobs + [
            DeadLetter(.unreadable(unreadable), failedAt: make.instant(.seconds(3600)), reason: "The body is away.")
        ]
    }

    private static func conditions(_ backend: any QueueUnderTest) async throws {
        let make = Fixtures()
        let letters = samples(make)
        try await backend.deadLetters.bury(letters.reversed())
        let first = try #require(letters[0].job)
        let second = try #require(letters[1].job)
        let unknown: AutoMessage.ID = Fixtures(identifiers: SequentialIdentifiers(series: 9)).id()
        let expected: [(DeadLetterFilter, [Int])] = [
            (.everything, [0, 1, 2, 3, 4]),
            (DeadLetterFilter(ids: [letters[3].id, unknown, letters[4].id]), [3, 4]),
            (DeadLetterFilter(ids: [unknown]), []),
            (DeadLetterFilter(ids: []), []),
            (DeadLetterFilter(reason: "opted"), [0]),
            (DeadLetterFilter(reason: "gonderilemedi"), [1, 2]),
            (DeadLetterFilter(reason: "GÖNDERILEMEDI"), [1, 2]),
            (DeadLetterFilter(reason: "AWAY"), [3, 4]),
            (DeadLetterFilter(reason: "%"), []),
            (DeadLetterFilter(since: make.instant(.seconds(60))), [1, 2, 3, 4]),
            (DeadLetterFilter(since: make.instant(.milliseconds(60_001))), [2, 3, 4]),
            (DeadLetterFilter(before: make.instant(.seconds(60))), [0]),
            (DeadLetterFilter(since: make.instant(.seconds(60)), before: make.instant(.seconds(180))), [1, 2]),
            (DeadLetterFilter(sender: first.senderId), [0]),
            (DeadLetterFilter(receiver: second.receiverId), [1]),
            (DeadLetterFilter(receiver: first.senderId), []),
            (DeadLetterFilter(conversation: second.conversationId), [1]),
            (DeadLetterFilter(kind: .job), [0, 1, 2, 3]),
            (DeadLetterFilter(kind: .unreadable), [4]),
            (DeadLetterFilter(reason: "away", kind: .job), [3]),
            (DeadLetterFilter(ids: [letters[0].id, letters[1].id], sender: second.senderId), [1]),
        ]
        for (filter, places) in expected {
            let ids = places.map { letters[$0].id }
            let found = try await backend.deadLetters.deadLetters(matching: filter, page: page)
            #expect(found.items.map(\.id) == ids && found.total == ids.count, "\(filter)")
            #expect(try await backend.deadLetters.ids(matching: filter) == ids, "\(filter)")
        }
    }

    private static func anyConditions(_ backend: any QueueUnderTest) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let make = Fixtures()
        let people = (0..<3).map { _ in make.id(User.self) }
        let chats = (0..<3).map { _ in make.id(Conversation.self) }
        let words = ["away", "Äway", "opted out", "late", ""]
        let letters = (0..<40).map { number -> DeadLetter in
            var job = make.job("Job \(number)")
            job.senderId = people[number % 3]
            job.receiverId = people[Int.random(in: 0..<3, using: &generator)]
            job.conversationId = chats[Int.random(in: 0..<3, using: &generator)]
            return DeadLetter(
                job: job, failedAt: make.instant(.seconds(Int.random(in: 0..<20, using: &generator))),
                reason: "It was \(words.randomElement(using: &generator) ?? "") then.")
        }
        try await backend.deadLetters.bury(letters)
        let ordered = letters.sorted { ($0.failedAt ?? .distantPast, $0.id) < ($1.failedAt ?? .distantPast, $1.id) }
        for _ in 0..<20 {
            var filter = DeadLetterFilter.everything
            func perhaps() -> Bool { Int.random(in: 0..<3, using: &generator) == 0 }
            if perhaps() { filter.ids = Set((0..<20).compactMap { _ in letters.randomElement(using: &generator)?.id }) }
            if perhaps() { filter.reason = words.randomElement(using: &generator) }
            if perhaps() { filter.since = make.instant(.seconds(Int.random(in: 0..<20, using: &generator))) }
            if perhaps() { filter.before = make.instant(.seconds(Int.random(in: 0..<20, using: &generator))) }
            if perhaps() { filter.sender = people.randomElement(using: &generator) }
            if perhaps() { filter.receiver = people.randomElement(using: &generator) }
            if perhaps() { filter.conversation = chats.randomElement(using: &generator) }
            let expected = ordered.filter(filter.matches)
            let request = PageRequest(page: 2, limit: 5)
            let found = try await backend.deadLetters.deadLetters(matching: filter, page: request)
            #expect(found.total == expected.count, "seed \(seed): \(filter)")
            #expect(found.items == Array(expected.dropFirst(5).prefix(5)), "seed \(seed): \(filter)")
        }
    }

    private static func stablePages(_ backend: any QueueUnderTest) async throws {
        let make = Fixtures()
        func letter(_ number: Int) -> DeadLetter {
            DeadLetter(
                job: make.job("Job \(number)"), failedAt: make.instant(.seconds(number)),
                reason: number % 2 == 0 ? "Even" : "Odd")
        }
        let letters = (0..<14).map(letter)
        for filter in [.everything, DeadLetterFilter(reason: "even")] {
            _ = try await backend.deadLetters.purge(matching: .everything)
            try await backend.deadLetters.bury(letters)
            let expected = letters.filter(filter.matches).map(\.id)
            var seen: [AutoMessage.ID] = []
            for number in 1...3 {
                let request = PageRequest(page: number, limit: 3)
                seen += try await backend.deadLetters.deadLetters(matching: filter, page: request).items.map(\.id)
                try await backend.deadLetters.bury([letter(100 + number), letter(200 + number)])
            }
            #expect(seen.prefix(expected.count) == expected.prefix(seen.count), "none twice, none left out")
        }
    }

    private static func oneInstant(_ backend: any QueueUnderTest) async throws {
        let make = Fixtures()
        let letters = (0..<5).map { DeadLetter(job: make.job("\($0)"), failedAt: make.start, reason: "At once") }
        try await backend.deadLetters.bury(letters.reversed())
        #expect(try await list(backend) == letters.sorted { $0.id < $1.id })
    }

    private static func looking(_ backend: any QueueUnderTest) async throws {
        let letters = try await givenUp(backend, 3)
        let depth = try await backend.queue.depth()
        for filter in [.everything, DeadLetterFilter(reason: "größer"), DeadLetterFilter(ids: [letters[1].id])] {
            _ = try await backend.deadLetters.deadLetters(matching: filter, page: page)
            _ = try await backend.deadLetters.ids(matching: filter)
        }
        #expect(try await list(backend) == letters)
        #expect(try await backend.queue.depth() == depth)
        #expect(try await backend.queue.receive(limit: 10, wait: .zero).isEmpty)
    }

    private static func replayMatching(_ backend: any QueueUnderTest) async throws {
        let letters = samples(Fixtures())
        try await backend.deadLetters.bury(letters)
        let filter = DeadLetterFilter(reason: "gönder")
        #expect(try await backend.deadLetters.replay(matching: filter) == [letters[1].id, letters[2].id])
        #expect(try await backend.deadLetters.replay(matching: filter) == [])
        #expect(try await list(backend).map(\.id) == [letters[0], letters[3], letters[4]].map(\.id))
        #expect(try await backend.deadLetters.replay(matching: DeadLetterFilter(kind: .unreadable)) == [])
        #expect(try await backend.deadLetters.replay(matching: DeadLetterFilter(reason: "away")) == [letters[3].id])
        #expect(try await list(backend).map(\.id) == [letters[0].id, letters[4].id], "what is no job stays")
        #expect(Set(try await backend.drain(steps: 10).map(\.id)) == Set(letters[1...3].map(\.id)))
    }

    private static func purgeMatching(_ backend: any QueueUnderTest) async throws {
        let letters = samples(Fixtures())
        try await backend.deadLetters.bury(letters)
        let filter = DeadLetterFilter(before: letters[2].failedAt)
        #expect(try await backend.deadLetters.purge(matching: filter) == 2)
        #expect(try await backend.deadLetters.purge(matching: filter) == 0)
        #expect(try await backend.deadLetters.purge(matching: DeadLetterFilter(kind: .unreadable)) == 1)
        #expect(try await list(backend) == [letters[2], letters[3]])
        #expect(try await backend.queue.receive(limit: 10, wait: .zero).isEmpty)
    }

    private static func many(_ backend: any QueueUnderTest) async throws {
        let make = Fixtures()
        let letters = (0..<1300).map { number in
            DeadLetter(
                job: make.job("Job \(number)"), failedAt: make.instant(.seconds(number / 2)),
                reason: number % 3 == 0 ? "Late" : "Away")
        }
        try await backend.deadLetters.bury(letters)
        let late = letters.filter { $0.reason == "Late" }
        let last = PageRequest(page: 5, limit: 100)
        let found = try await backend.deadLetters.deadLetters(matching: DeadLetterFilter(reason: "late"), page: last)
        #expect(found.total == 434 && found.items == Array(late[400...]))
        #expect(try await backend.deadLetters.replay(matching: DeadLetterFilter(reason: "late")) == late.map(\.id))
        #expect(try await backend.deadLetters.purge(matching: DeadLetterFilter(reason: "away")) == 1300 - 434)
        #expect(try await list(backend) == [])
        #expect(try await backend.queue.depth() == QueueDepth(ready: 434, inFlight: 0, delayed: 0, deadLetters: 0))
    }
}
