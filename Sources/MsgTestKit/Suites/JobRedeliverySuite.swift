import Foundation
import MsgKit
import Testing

/// The rules of ``JobQueue`` for deliveries that are not settled in time.
///
/// For a queue with a short visibility timeout: the cases wait for the redelivery itself.
public enum JobRedeliverySuite {
    public static let all: [ConformanceCase<any QueueUnderTest>] = [
        .init("an unsettled delivery comes again, with another receipt", again),
        .init("an acknowledged job does not come again", acknowledged),
        .init("a job that was given up does not come again", givenUp),
        .init("what a worker that is gone had in its hands comes again", workerGone),
        .init("acknowledging too late has no effect", lateAcknowledge),
        .init("releasing too late has no effect", lateRelease),
        .init("retrying too late has no effect", lateRetry),
        .init("giving up too late has no effect", lateDeadLetter),
        .init("settling twice has no effect", settledTwice),
        .init("a receipt that was never given settles nothing", unknownReceipt),
    ]

    /// A delivery that was not settled in time, and the one that came in its place.
    private static func missed(_ backend: any QueueUnderTest) async throws -> (late: Delivery, current: Delivery) {
        try await backend.queue.publish([Fixtures().job()])
        let late = try #require(try await backend.take(1).first)
        let current = try #require(try await backend.take(1).first)
        try #require(late.receipt != current.receipt, "another delivery has another receipt")
        return (late, current)
    }

    /// Looks that there is one job, not settled, and settles it.
    private static func expectOneLeft(
        _ backend: any QueueUnderTest, _ job: DeliveryJob, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let depth = try await backend.queue.depth()
        #expect(depth.ready + depth.inFlight == 1, "\(depth)", sourceLocation: sourceLocation)
        #expect(depth.delayed == 0, "\(depth)", sourceLocation: sourceLocation)
        #expect(depth.deadLetters == 0, "\(depth)", sourceLocation: sourceLocation)
        let deliveries = try await backend.take(1, sourceLocation: sourceLocation)
        #expect(deliveries.map(\.job) == [job], sourceLocation: sourceLocation)
        try await backend.queue.acknowledge(deliveries)
        #expect(try await backend.queue.depth().isDrained, sourceLocation: sourceLocation)
    }

    private static func again(_ backend: any QueueUnderTest) async throws {
        let job = Fixtures().job("Again", retryCount: 1)
        try await backend.queue.publish([job])
        let first = try #require(try await backend.take(1).first)
        let received = ContinuousClock.now
        let second = try #require(try await backend.take(1).first)
        #expect(
            ContinuousClock.now - received >= backend.visibilityTimeout / 2, "it stays in its worker's hands until then"
        )
        #expect(second.job == job)
        #expect(second.receipt != first.receipt)
        try await backend.queue.acknowledge([second])
        #expect(try await backend.queue.depth().isDrained)
    }

    private static func acknowledged(_ backend: any QueueUnderTest) async throws {
        try await backend.queue.publish([Fixtures().job()])
        let deliveries = try await backend.take(1)
        try await backend.queue.acknowledge(deliveries)
        #expect(try await backend.queue.receive(limit: 10, wait: backend.visibilityTimeout * 2).isEmpty)
        try await backend.queue.acknowledge(deliveries)
        #expect(try await backend.queue.depth().isDrained)
    }

    private static func givenUp(_ backend: any QueueUnderTest) async throws {
        try await backend.queue.publish([Fixtures().job()])
        let delivery = try #require(try await backend.take(1).first)
        try await backend.queue.deadLetter(delivery, reason: "It failed.", at: Fixtures().start)
        #expect(try await backend.queue.receive(limit: 10, wait: backend.visibilityTimeout * 2).isEmpty)
        let depth = try await backend.queue.depth()
        #expect(depth == QueueDepth(ready: 0, inFlight: 0, delayed: 0, deadLetters: 1))
    }

    private static func workerGone(_ backend: any QueueUnderTest) async throws {
        let make = Fixtures()
        let jobs = [make.job("First"), make.job("Second")]
        let worker = try await backend.another()
        try await backend.queue.publish(jobs)
        #expect(try await worker.take(2).count == 2)
        try await worker.release()
        let again = try await backend.take(2)
        #expect(Set(again.map(\.job.id)) == Set(jobs.map(\.id)))
        try await backend.queue.acknowledge(again)
        #expect(try await backend.queue.depth().isDrained)
    }

    private static func lateAcknowledge(_ backend: any QueueUnderTest) async throws {
        let (late, current) = try await missed(backend)
        try await backend.queue.acknowledge([late])
        try await expectOneLeft(backend, current.job)
    }

    private static func lateRelease(_ backend: any QueueUnderTest) async throws {
        let (late, current) = try await missed(backend)
        let received = ContinuousClock.now
        try await backend.queue.release([late])
        try await backend.queue.acknowledge([current])
        let depth = try await backend.queue.depth()
        // On a busy machine the second delivery may have been too late as well; then the job comes once more.
        if ContinuousClock.now - received < backend.visibilityTimeout {
            #expect(depth.isDrained, "the delivery that is in a worker's hands stays there: \(depth)")
        }
        _ = try await backend.drain(steps: 1)
    }

    private static func lateRetry(_ backend: any QueueUnderTest) async throws {
        let (late, current) = try await missed(backend)
        var job = late.job
        job.retryCount = 9
        try await backend.queue.retry(late, as: job, after: .seconds(600))
        try await expectOneLeft(backend, current.job)
    }

    private static func lateDeadLetter(_ backend: any QueueUnderTest) async throws {
        let (late, current) = try await missed(backend)
        try await backend.queue.deadLetter(late, reason: "It failed.", at: Fixtures().start)
        #expect(try await backend.deadLetters.deadLetter(late.job.id) == nil)
        try await expectOneLeft(backend, current.job)
    }

    private static func settledTwice(_ backend: any QueueUnderTest) async throws {
        try await backend.queue.publish([Fixtures().job()])
        let delivery = try #require(try await backend.take(1).first)
        try await backend.queue.acknowledge([delivery])
        try await backend.queue.release([delivery])
        try await backend.queue.retry(delivery, as: delivery.job, after: .zero)
        try await backend.queue.deadLetter(delivery, reason: "It failed.", at: Fixtures().start)
        let depth = try await backend.queue.depth()
        #expect(depth == QueueDepth(ready: 0, inFlight: 0, delayed: 0, deadLetters: 0))
        #expect(try await backend.queue.receive(limit: 1, wait: .milliseconds(50)).isEmpty)
    }

    private static func unknownReceipt(_ backend: any QueueUnderTest) async throws {
        let make = Fixtures()
        let jobs = [make.job("First"), make.job("Second")]
        try await backend.queue.publish(jobs)
        let deliveries = try await backend.take(2)
        let mistaken = Delivery(job: deliveries[0].job, receipt: "no-receipt-of-this-queue")
        try await backend.queue.acknowledge([mistaken])
        let depth = try await backend.queue.depth()
        #expect(depth.ready + depth.inFlight == 2, "a receipt that was never given settles nothing")
    }
}
