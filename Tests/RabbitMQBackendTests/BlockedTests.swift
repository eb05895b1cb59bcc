import MsgKit
import MsgTestKit
import Testing

@testable import RabbitMQBackend

/// A broker with an alarm (memory, disk) takes no messages. It says so by a method that is put into the stream here.
@Suite(.rabbitMQ, .timeLimit(.minutes(3)))
struct BlockedTests {
    /// connection.blocked with the reason "low", connection.unblocked.
    static let blocked: [UInt8] = [1, 0, 0, 0, 0, 0, 8, 0, 10, 0, 60, 3, 0x6c, 0x6f, 0x77, 0xce]
    static let unblocked: [UInt8] = [1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 61, 0xce]

    @Test("while the broker takes no messages publishing fails at once, and settling goes on")
    func blocked() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open(through: proxy)
            try await backend.queue.publish(jobs(3))
            let held = try await backend.take(2)
            proxy.inject(Self.blocked)
            // It is on its way to the two threads.
            try await eventually {
                try NotYet.unless(await failure(of: { try await backend.probe.probe() }) == .unavailable)
            }
            await expectFailure(.unavailable, within: .seconds(1)) { try await backend.queue.publish(jobs(1)) }
            await expectFailure(.unavailable, within: .seconds(1)) {
                try await backend.queue.retry(held[0], as: held[0].job, after: .milliseconds(150))
            }
            try await backend.queue.acknowledge([held[1]])
            let depth = try await backend.queue.depth()
            #expect(depth == QueueDepth(ready: 1, inFlight: 1, delayed: 0, deadLetters: 0))
            proxy.inject(Self.unblocked)
            try await eventually { try await backend.queue.publish(jobs(1, series: 2)) }
            try await backend.queue.acknowledge(held)
            #expect(try await backend.take(2).count == 2)
        }
    }
}
