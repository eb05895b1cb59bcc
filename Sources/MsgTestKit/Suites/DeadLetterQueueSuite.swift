import Foundation
import MsgKit
import Testing

/// The rules of ``DeadLetterQueue``, for a queue whose visibility timeout is a minute.
public enum DeadLetterQueueSuite {
    public static let all = cases + selectionCases

    private static let cases: [ConformanceCase<any QueueUnderTest>] = [
        .init("a job that was given up is found with its reason and instant", found),
        .init("a job that was given up is out of the queue", settled),
        .init("dead letters are listed the oldest first, in pages", pages),
        .init("there is one dead letter of an automatic message", onePerMessage),
        .init("what is buried is a dead letter, once, as it was told last", bury),
        .init("what is no job can be buried and purged, not replayed", buryUnreadable),
        .init("replaying puts jobs back with their retries counted anew", replay),
        .init("replaying all puts everything back", replayAll),
        .init("of concurrent replays one puts a job back", replayConcurrently),
        .init("purging forgets jobs", purge),
        .init("purging all forgets everything", purgeAll),
    ]

    /// Gives up so many jobs, one a second.
    static func givenUp(_ backend: any QueueUnderTest, _ count: Int) async throws -> [DeadLetter] {
        let make = Fixtures()
        var letters: [DeadLetter] = []
        for number in 0..<count {
            let job = make.job("Job \(number)", retryCount: 5)
            try await backend.queue.publish([job])
            let delivery = try #require(try await backend.take(1).first)
            let letter = DeadLetter(
                job: job, failedAt: make.instant(.milliseconds(number * 1001)), reason: "Größer \(number)")
            try await backend.queue.deadLetter(delivery, reason: letter.reason, at: try #require(letter.failedAt))
            letters.append(letter)
        }
        return letters
    }

    static func list(_ backend: any QueueUnderTest) async throws -> [DeadLetter] {
        try await backend.deadLetters.deadLetters(page: PageRequest(limit: 100)).items
    }

    private static func found(_ backend: any QueueUnderTest) async throws {
        let letters = try await givenUp(backend, 1)
        #expect(try await backend.deadLetters.deadLetter(letters[0].id) == letters[0])
        #expect(
            try await backend.deadLetters.deadLetter(Fixtures(identifiers: SequentialIdentifiers(series: 9)).id())
                == nil)
        #expect(try await backend.another().deadLetters.deadLetter(letters[0].id) == letters[0])
    }

    private static func settled(_ backend: any QueueUnderTest) async throws {
        _ = try await givenUp(backend, 2)
        let depth = try await backend.queue.depth()
        #expect(depth == QueueDepth(ready: 0, inFlight: 0, delayed: 0, deadLetters: 2))
        #expect(depth.isDrained, "nothing is left for a worker to do")
        #expect(try await backend.queue.receive(limit: 10, wait: .zero).isEmpty)
    }

    private static func pages(_ backend: any QueueUnderTest) async throws {
        let letters = try await givenUp(backend, 7)
        var seen: [DeadLetter] = []
        for number in 1...4 {
            let request = PageRequest(page: number, limit: 3)
            let page = try await backend.deadLetters.deadLetters(page: request)
            #expect(page.total == 7)
            #expect(page.request == request)
            #expect(page.items.count == [3, 3, 1, 0][number - 1])
            seen += page.items
        }
        #expect(seen == letters)
    }

    private static func onePerMessage(_ backend: any QueueUnderTest) async throws {
        let job = Fixtures().job()
        for number in 0..<2 {
            try await backend.queue.publish([job])
            let delivery = try #require(try await backend.take(1).first)
            try await backend.queue.deadLetter(
                delivery, reason: "It failed.", at: Fixtures().instant(.seconds(number)))
        }
        #expect(try await list(backend).map(\.job) == [job])
        #expect(try await backend.queue.depth().deadLetters == 1)
        #expect(try await backend.deadLetters.replay(nil) == [job.id])
        #expect(try await backend.drain(steps: 1).count == 1)
    }

    private static func bury(_ backend: any QueueUnderTest) async throws {
        let make = Fixtures()
        var letters = (0..<3).map { number in
            DeadLetter(
                job: make.job("Job \(number)", retryCount: number), failedAt: make.instant(.seconds(number)),
                reason: "Too late \(number)")
        }
        try await backend.deadLetters.bury(letters)
        #expect(try await list(backend) == letters)
        #expect(try await backend.another().deadLetters.deadLetter(letters[1].id) == letters[1])
        #expect(try await backend.queue.receive(limit: 10, wait: .zero).isEmpty)
        try await backend.deadLetters.bury(letters)
        letters[0].reason = "Told again"
        try await backend.deadLetters.bury([letters[0]])
        try await backend.deadLetters.bury([])
        #expect(try await list(backend) == letters, "once")
        let unknown = DeadLetter(job: make.job(), failedAt: nil, reason: "Nobody said when")
        try await backend.deadLetters.bury([unknown])
        let found = try #require(try await backend.deadLetters.deadLetter(unknown.id))
        #expect(found.failedAt != nil && found.job == unknown.job)
        #expect(try await backend.deadLetters.replay(nil).count == 4)
        #expect(Set(try await backend.drain(steps: 10).map(\.id)) == Set((letters + [unknown]).map(\.id)))
    }

    private static func buryUnreadable(_ backend: any QueueUnderTest) async throws {
        let body = Data("grün, and no job".utf8)
        let job = UnreadableJob(id: UnreadableJob.id(of: body), body: body, size: body.count)
        let letter = DeadLetter(.unreadable(job), failedAt: Fixtures().start, reason: "The body is no JSON object.")
        for _ in 0..<2 { try await backend.deadLetters.bury([letter]) }
        let found = try #require(try await list(backend).first)
        guard case .unreadable(let kept) = found.content else {
            Issue.record("\(found)")
            return
        }
        #expect(kept.id == job.id && kept.body == body && kept.size == body.count)
        #expect(found.failedAt == letter.failedAt && found.reason == letter.reason)
        #expect(try await list(backend).count == 1)
        #expect(try await backend.deadLetters.deadLetter(job.id) == found)
        #expect(try await backend.deadLetters.replay(nil) == [])
        #expect(try await backend.deadLetters.purge([job.id]) == 1)
        #expect(try await list(backend) == [])
    }

    private static func replay(_ backend: any QueueUnderTest) async throws {
        let letters = try await givenUp(backend, 3)
        let unknown = Fixtures(identifiers: SequentialIdentifiers(series: 9)).id(Message.self)
        let ids = [letters[2].id, unknown, letters[0].id]
        let replayed = try await backend.deadLetters.replay(ids)
        #expect(Set(replayed) == [letters[0].id, letters[2].id], "those that it put back")
        #expect(replayed.count == 2)
        #expect(try await list(backend) == [letters[1]])
        #expect(try await backend.deadLetters.deadLetter(letters[0].id) == nil)
        #expect(try await backend.deadLetters.replay(ids) == [])
        #expect(try await backend.deadLetters.replay([]) == [], "none is not all")
        let jobs = try await backend.drain(steps: 10)
        #expect(Set(jobs.map(\.id)) == Set(replayed))
        for job in jobs {
            var expected = try #require(letters.first { $0.id == job.id }?.job)
            expected.retryCount = 0
            expected.timestamp = job.timestamp
            #expect(job == expected)
        }
    }

    private static func replayAll(_ backend: any QueueUnderTest) async throws {
        let letters = try await givenUp(backend, 5)
        #expect(try await backend.deadLetters.replay(nil).sorted() == letters.map(\.id).sorted())
        #expect(try await list(backend) == [])
        #expect(try await backend.drain(steps: 10).count == 5)
        #expect(try await backend.deadLetters.replay(nil) == [])
    }

    private static func replayConcurrently(_ backend: any QueueUnderTest) async throws {
        let letters = try await givenUp(backend, 4)
        let elsewhere = try await backend.another()
        let replayed = try await concurrently(8) { number in
            try await (number % 2 == 0 ? backend : elsewhere).deadLetters.replay(
                number < 4 ? nil : letters.map(\.id))
        }
        #expect(replayed.joined().sorted() == letters.map(\.id).sorted(), "each was put back once")
        #expect(try await backend.drain(steps: 10).count == 4)
    }

    private static func purge(_ backend: any QueueUnderTest) async throws {
        let letters = try await givenUp(backend, 3)
        let unknown = Fixtures(identifiers: SequentialIdentifiers(series: 9)).id(Message.self)
        #expect(try await backend.deadLetters.purge([letters[1].id, unknown]) == 1)
        #expect(try await backend.deadLetters.purge([letters[1].id]) == 0)
        #expect(try await backend.deadLetters.purge([]) == 0, "none is not all")
        #expect(try await list(backend) == [letters[0], letters[2]])
        #expect(try await backend.queue.receive(limit: 10, wait: .zero).isEmpty)
    }

    private static func purgeAll(_ backend: any QueueUnderTest) async throws {
        _ = try await givenUp(backend, 3)
        let waiting = Fixtures(identifiers: SequentialIdentifiers(series: 9)).job("Waiting")
        try await backend.queue.publish([waiting])
        #expect(try await backend.deadLetters.purge(nil) == 3)
        #expect(try await list(backend) == [])
        #expect(try await backend.drain(steps: 10) == [waiting], "what is in the queue stays")
    }
}
