import Foundation
import MsgKit
import Testing

/// The rules of ``JobQueue`` for publishing, receiving and settling.
///
/// For a queue whose visibility timeout is longer than a case takes on a busy machine: a minute.
public enum JobQueueSuite {
    public static let all: [ConformanceCase<any QueueUnderTest>] = [
        .init("a job comes as it was published", published),
        .init("jobs come in about the order of publishing", order),
        .init("a call receives no more than its limit", limit),
        .init("receiving from an empty queue ends with its wait", empty),
        .init("a waiting receiver gets what another process publishes", waiting),
        .init("of concurrent receivers one gets a job", exclusive),
        .init("many workers settle every job", workers),
        .init("acknowledging one delivery leaves the others", acknowledgedOne),
        .init("a job is retried after its delay, with its retries counted", retried),
        .init("a retry with a shorter pause than the ladder's comes after that pause", shorterPause),
        .init("what was tried and failed stays with a job, through retry, dead letter and replay", history),
        .init("the id of the request stays with a job, through retry and release", request),
        .init("a released job comes again at once, unharmed", released),
        .init("a job may be published twice", twice),
        .init("publishing and settling nothing is no error", nothing),
        .init("thousands of jobs are published in one call", thousands),
        .init("depth tells what is ready, in flight, delayed and dead", depth),
    ]

    private static func jobs(_ count: Int) -> [DeliveryJob] {
        let make = Fixtures()
        return (0..<count).map { make.job("Job \($0)") }
    }

    private static func published(_ backend: any QueueUnderTest) async throws {
        let make = Fixtures()
        var job = make.job("Güten Môrgen 🌞 \"'\\\n", retryCount: 2)
        job.sendDate = make.instant(.milliseconds(1))
        job.timestamp = make.instant(.milliseconds(999))
        try await backend.queue.publish([job])
        let deliveries = try await backend.queue.receive(limit: 10, wait: .seconds(10))
        #expect(deliveries.map(\.job) == [job])
        try await backend.queue.acknowledge(deliveries)
    }

    private static func order(_ backend: any QueueUnderTest) async throws {
        let jobs = jobs(60)
        for start in stride(from: 0, to: 60, by: 3) { try await backend.queue.publish(Array(jobs[start..<start + 3])) }
        let received = try await backend.drain(steps: 7)
        #expect(Set(received.map(\.id)) == Set(jobs.map(\.id)))
        for (place, job) in received.enumerated() {
            let expected = try #require(jobs.firstIndex(of: job))
            #expect(abs(place - expected) <= 10, "\(job.content) came at place \(place)")
        }
    }

    private static func limit(_ backend: any QueueUnderTest) async throws {
        try await backend.queue.publish(jobs(10))
        var received = 0
        while received < 10 {
            let deliveries = try await backend.queue.receive(limit: 3, wait: .seconds(10))
            try #require((1...3).contains(deliveries.count), "there are \(10 - received) jobs left")
            try await backend.queue.acknowledge(deliveries)
            received += deliveries.count
        }
        #expect(try await backend.queue.depth().isDrained)
    }

    private static func empty(_ backend: any QueueUnderTest) async throws {
        let began = ContinuousClock.now
        #expect(try await backend.queue.receive(limit: 10, wait: .zero).isEmpty)
        #expect(try await backend.queue.receive(limit: 10, wait: .milliseconds(50)).isEmpty)
        let took = ContinuousClock.now - began
        #expect(took >= .milliseconds(45), "it waits for a job")
        #expect(took < .seconds(20), "it waits no longer than told")
    }

    private static func waiting(_ backend: any QueueUnderTest) async throws {
        let elsewhere = try await backend.another()
        for (number, publisher) in [elsewhere, backend].enumerated() {
            let job = Fixtures(identifiers: SequentialIdentifiers(series: UInt32(number))).job()
            let began = ContinuousClock.now
            async let received = backend.queue.receive(limit: 10, wait: .seconds(60))
            try await publisher.queue.publish([job])
            let deliveries = try await received
            #expect(deliveries.map(\.job) == [job])
            #expect(ContinuousClock.now - began < .seconds(20), "publishing wakes the receiver")
            try await backend.queue.acknowledge(deliveries)
        }
    }

    private static func exclusive(_ backend: any QueueUnderTest) async throws {
        let elsewhere = try await backend.another()
        try await backend.queue.publish(jobs(1))
        let answers = try await concurrently(10) { number in
            try await (number % 2 == 0 ? backend : elsewhere).queue.receive(limit: 5, wait: .zero)
        }
        // An engine that hands jobs out on its own time may have nothing for a call that does not wait.
        var deliveries = answers.flatMap { $0 }
        #expect(deliveries.count <= 1, "one worker has the job")
        if deliveries.isEmpty { deliveries = try await backend.queue.receive(limit: 5, wait: .seconds(10)) }
        #expect(deliveries.count == 1)
    }

    private static func workers(_ backend: any QueueUnderTest) async throws {
        let elsewhere = try await backend.another()
        let jobs = jobs(300)
        try await backend.queue.publish(jobs)
        let settled = try await concurrently(6) { worker in
            try await (worker % 2 == 0 ? backend : elsewhere).drain(steps: 5).map(\.id)
        }
        #expect(Set(settled.joined()) == Set(jobs.map(\.id)))
        let depth = try await backend.queue.depth()
        #expect(depth == QueueDepth(ready: 0, inFlight: 0, delayed: 0, deadLetters: 0))
    }

    private static func acknowledgedOne(_ backend: any QueueUnderTest) async throws {
        let jobs = jobs(3)
        try await backend.queue.publish(jobs)
        let deliveries = try await backend.take(3)
        let kept = deliveries.filter { $0.job != jobs[1] }
        try await backend.queue.acknowledge(deliveries.filter { $0.job == jobs[1] })
        try await backend.queue.release(kept)
        let again = try await backend.take(2)
        #expect(Set(again.map(\.job.id)) == [jobs[0].id, jobs[2].id])
        try await backend.queue.acknowledge(again)
        #expect(try await backend.queue.depth().isDrained)
    }

    private static func retried(_ backend: any QueueUnderTest) async throws {
        try await backend.queue.publish(jobs(1))
        let delivery = try #require(try await backend.take(1).first)
        var job = delivery.job
        job.retryCount = 1
        let began = ContinuousClock.now
        try await backend.queue.retry(delivery, as: job, after: backend.retryDelay)
        let again = try #require(try await backend.queue.receive(limit: 10, wait: .seconds(30)).first, "it comes again")
        // Engines count in whole milliseconds.
        #expect(ContinuousClock.now - began >= backend.retryDelay - .milliseconds(2), "not before its delay")
        #expect(again.job == job)
        #expect(again.receipt != delivery.receipt)
        try await backend.queue.acknowledge([again])
        #expect(try await backend.queue.depth().isDrained, "the first delivery was settled by the retry")
    }

    /// The ladder of the queues under test has steps on both sides of this pause, the longer one of minutes.
    private static func shorterPause(_ backend: any QueueUnderTest) async throws {
        try await backend.queue.publish(jobs(1))
        let delivery = try #require(try await backend.take(1).first)
        let pause = backend.retryDelay * 2
        let began = ContinuousClock.now
        try await backend.queue.retry(delivery, as: delivery.job, after: pause)
        let delayed = try await backend.queue.depth().delayed
        if ContinuousClock.now - began < pause { #expect(delayed == 1, "it is counted while it waits") }
        let again = try await backend.queue.receive(limit: 1, wait: .seconds(30))
        #expect(again.map(\.job) == [delivery.job], "it does not wait for the ladder's step")
        #expect(ContinuousClock.now - began >= pause - .milliseconds(2), "not before its pause")
        try await backend.queue.acknowledge(again)
        #expect(try await backend.queue.depth().isDrained)
    }

    private static func request(_ backend: any QueueUnderTest) async throws {
        var jobs = jobs(2)
        jobs[0].requestID = .next()
        try await backend.queue.publish(jobs)
        for delivery in try await backend.take(2) {
            #expect(delivery.job.requestID == (delivery.job.id == jobs[0].id ? jobs[0].requestID : nil))
            if delivery.job.requestID == nil {
                try await backend.queue.acknowledge([delivery])
            } else {
                try await backend.queue.release([delivery])
            }
        }
        let released = try #require(try await backend.take(1).first)
        #expect(released.job == jobs[0])
        try await backend.queue.retry(released, as: released.job, after: .zero)
        let retried = try await backend.take(1)
        #expect(retried.map(\.job) == [jobs[0]])
        try await backend.queue.acknowledge(retried)
    }

    private static func history(_ backend: any QueueUnderTest) async throws {
        let make = Fixtures()
        try await backend.queue.publish(jobs(1))
        var delivery = try #require(try await backend.take(1).first)
        #expect(delivery.job.attempts == [])
        for number in 0..<3 {
            var job = delivery.job
            job.history.append(
                DeliveryAttempt(
                    at: make.instant(.milliseconds(number)), error: "Ärger \(number)\n\"", node: NodeID(rawValue: "n")))
            try await backend.queue.retry(delivery, as: job, after: .zero)
            delivery = try #require(try await backend.take(1).first)
            #expect(delivery.job == job)
        }
        let end = DeliveryAttempt(at: make.instant(.seconds(1)), error: "At last.", node: NodeID(rawValue: "m"))
        delivery.job.history.append(end)
        try await backend.queue.deadLetter(delivery, reason: "It failed.", at: make.start)
        let letter = try #require(try await backend.deadLetters.deadLetter(delivery.job.id))
        #expect(letter.job?.attempts == delivery.job.attempts && letter.job?.attempts.count == 4)
        _ = try await backend.deadLetters.replay([delivery.job.id])
        let replayed = try await backend.take(1)
        #expect(replayed.first?.job.attempts == delivery.job.attempts)
        try await backend.queue.acknowledge(replayed)
    }

    private static func released(_ backend: any QueueUnderTest) async throws {
        try await backend.queue.publish(jobs(2))
        let deliveries = try await backend.take(2)
        try await backend.queue.release(deliveries)
        let depth = try await backend.queue.depth()
        #expect(depth == QueueDepth(ready: 2, inFlight: 0, delayed: 0, deadLetters: 0), "at once")
        let again = try await backend.take(2)
        #expect(Set(again.map(\.job.id)) == Set(deliveries.map(\.job.id)))
        #expect(again.allSatisfy { $0.job.retryCount == 0 })
        try await backend.queue.acknowledge(again)
        #expect(try await backend.queue.depth().isDrained)
    }

    private static func twice(_ backend: any QueueUnderTest) async throws {
        let jobs = jobs(1)
        try await backend.queue.publish(jobs)
        try await backend.queue.publish(jobs)
        let received = try await backend.drain(steps: 1)
        #expect((1...2).contains(received.count))
        #expect(received.allSatisfy { $0 == jobs[0] })
    }

    private static func nothing(_ backend: any QueueUnderTest) async throws {
        try await backend.queue.publish([])
        try await backend.queue.acknowledge([])
        try await backend.queue.release([])
        let depth = try await backend.queue.depth()
        #expect(depth == QueueDepth(ready: 0, inFlight: 0, delayed: 0, deadLetters: 0))
    }

    private static func thousands(_ backend: any QueueUnderTest) async throws {
        let jobs = jobs(2500)
        try await backend.queue.publish(jobs)
        let received = try await backend.drain(steps: 250)
        #expect(Set(received.map(\.id)) == Set(jobs.map(\.id)))
    }

    private static func depth(_ backend: any QueueUnderTest) async throws {
        let jobs = jobs(6)
        try await backend.queue.publish(jobs)
        #expect(try await backend.queue.depth() == QueueDepth(ready: 6, inFlight: 0, delayed: 0, deadLetters: 0))
        let deliveries = try await backend.take(3)
        try await backend.queue.deadLetter(deliveries[0], reason: "It failed.", at: Fixtures().start)
        try await backend.queue.retry(deliveries[1], as: deliveries[1].job, after: .seconds(600))
        let depth = try await backend.queue.depth()
        #expect(depth == QueueDepth(ready: 3, inFlight: 1, delayed: 1, deadLetters: 1))
        #expect(!depth.isDrained)
        var seen = depth
        if !backend.seesOthersDeliveries { seen.inFlight = 0 }
        #expect(try await backend.another().queue.depth() == seen, "another process sees the same")
    }
}
