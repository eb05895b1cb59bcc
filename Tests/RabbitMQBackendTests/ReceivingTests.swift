import Foundation
import MsgKit
import MsgTestKit
import Synchronization
import Testing

@testable import RabbitMQBackend

/// Many consumers, bounds, and callers that go away.
@Suite(.rabbitMQ, .timeLimit(.minutes(3)))
struct ReceivingTests {
    @Test("ten thousand jobs through three processes are each settled once")
    func thousands() async throws {
        try await TestQueues.with { queues in
            let publisher = try queues.open()
            let all = jobs(10_000)
            let settled = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    let consumer = try queues.open()
                    group.addTask {
                        while settled.counts.count < all.count {
                            let deliveries = try await consumer.queue.receive(limit: 64, wait: .milliseconds(500))
                            try await consumer.queue.acknowledge(deliveries)
                            settled.add(deliveries.map(\.job.id))
                        }
                    }
                }
                try await publisher.queue.publish(all)
                try await group.waitForAll()
            }
            #expect(Set(settled.counts.keys) == Set(all.map(\.id)))
            #expect(settled.counts.values.allSatisfy { $0 == 1 })
            let depth = try await publisher.queue.depth()
            #expect(depth == QueueDepth(ready: 0, inFlight: 0, delayed: 0, deadLetters: 0))
        }
    }

    @Test("a process holds no more deliveries than its bound, and nothing that nobody asked for")
    func prefetch() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open { $0.prefetch = 10 }
            try await backend.queue.publish(jobs(100))
            var held = try await backend.queue.receive(limit: 3, wait: .seconds(10))
            #expect(held.count == 3)
            #expect(try await queues.ready(in: queues.topology.sendingQueue) == 97)
            while held.count < 10 { held += try await backend.queue.receive(limit: 100, wait: .seconds(10)) }
            #expect(held.count == 10)
            #expect(try await backend.queue.receive(limit: 100, wait: .milliseconds(100)).isEmpty)
            #expect(try await queues.ready(in: queues.topology.sendingQueue) == 90)
            async let more = backend.queue.receive(limit: 100, wait: .seconds(20))
            try await backend.queue.acknowledge(Array(held.prefix(4)))
            #expect(try await (1...4).contains(more.count), "room is used as soon as it is there")
        }
    }

    @Test("a caller that is cancelled leaves at once, and no job is lost with it")
    func cancelled() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            let publisher = try queues.open()
            let seed = UInt64.random(in: 0...UInt64.max)
            print("cancelled: seed \(seed)")
            var generator = SeededGenerator(seed: seed)
            let all = jobs(200)
            var left = Set(all.map(\.id))
            for job in all {
                let receiving = Task { try await backend.queue.receive(limit: 5, wait: .seconds(60)) }
                let pause = Duration.microseconds(Int.random(in: 0...3000, using: &generator))
                async let published: Void = publisher.queue.publish([job])
                try await Task.sleep(for: pause)
                receiving.cancel()
                let began = ContinuousClock.now
                if let deliveries = try? await receiving.value {
                    try await backend.queue.acknowledge(deliveries)
                    left.subtract(deliveries.map(\.job.id))
                }
                #expect(ContinuousClock.now - began < .seconds(5))
                try await published
            }
            while !left.isEmpty {
                let deliveries = try await backend.queue.receive(limit: 50, wait: .seconds(10))
                try #require(!deliveries.isEmpty, "\(left.count) jobs are lost")
                try await backend.queue.acknowledge(deliveries)
                left.subtract(deliveries.map(\.job.id))
            }
            #expect(try await backend.queue.depth().isDrained)
        }
    }

    @Test("settling works in a cancelled task")
    func settledWhenCancelled() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            try await backend.queue.publish(jobs(3))
            let held = try await backend.take(3)
            let settling = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await backend.queue.retry(held[0], as: held[0].job, after: .seconds(600))
                try await backend.queue.deadLetter(held[1], reason: "It failed.", at: Date())
                try await backend.queue.release([held[2]])
            }
            try await settling.value
            let depth = try await backend.queue.depth()
            #expect(depth == QueueDepth(ready: 1, inFlight: 0, delayed: 1, deadLetters: 1))
        }
    }

    @Test("closing ends those who wait, gives back what is in hand, and refuses what comes later")
    func closing() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open()
            try await backend.queue.publish(jobs(2))
            _ = try await backend.take(2)
            async let waiting = expectFailure(.unavailable, within: .seconds(5)) {
                try await backend.queue.receive(limit: 1, wait: .seconds(60))
            }
            _ = try await backend.queue.depth()
            await backend.close()
            await backend.close()
            _ = await waiting
            await expectFailure(.unavailable, within: .seconds(1)) { try await backend.queue.publish(jobs(1)) }
            await expectFailure(.unavailable, within: .seconds(1)) { try await backend.queue.depth() }
            await expectFailure(.unavailable, within: .seconds(1)) { try await backend.deadLetters.purge(nil) }
            #expect(try await queues.open().take(2).count == 2)
        }
    }

    @Test("closing beside a silent broker ends within its deadline")
    func closingWhileSilent() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open({ $0.closeTimeout = .seconds(1) }, through: proxy)
            _ = try await backend.queue.depth()
            try await backend.probe.probe()
            proxy.stall()
            async let published = expectFailure(.unavailable, within: .seconds(6)) {
                try await backend.queue.publish(jobs(10))
            }
            async let listed = expectFailure(.unavailable, within: .seconds(6)) {
                try await backend.deadLetters.deadLetters(page: PageRequest(limit: 1))
            }
            try await Task.sleep(for: .milliseconds(100))
            let began = ContinuousClock.now
            await backend.close()
            #expect(ContinuousClock.now - began < .seconds(4))
            _ = await (published, listed)
        }
    }

    @Test("what waits is bounded")
    func bounds() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open(
                {
                    $0.maximumCalls = 2
                    $0.maximumMessages = 10
                    // Nobody is to be sent away for being late, however slow the machine is.
                    $0.operationTimeout = .seconds(60)
                    $0.connectTimeout = .seconds(60)
                }, through: proxy)
            try await backend.queue.publish(jobs(10))
            // Who has been answered takes no room any more.
            try await backend.queue.publish(jobs(10))
            proxy.stall()
            try await expectOneTooMany(of: 2, until: proxy.resume) { try await backend.queue.publish(jobs(10)) }
            proxy.stall()
            try await expectOneTooMany(of: 3, until: proxy.resume) {
                try await backend.queue.receive(limit: 1, wait: .zero)
            }
            try await eventually { try await backend.queue.publish(jobs(10)) }
        }
    }

    /// Makes calls at once while the broker is silent, of which one finds no room; the others wait for the broker.
    private func expectOneTooMany(
        of count: Int, until resume: @Sendable () -> Void, _ call: @escaping @Sendable () async throws -> some Any
    ) async throws {
        try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
            for _ in 0..<count { group.addTask { await failure(of: call) } }
            #expect(try await group.next() == .some(.serverBusy), "the last one has no room")
            resume()
            for try await code in group { #expect(code == nil, "it had room") }
        }
    }
}

/// How often each job was settled.
private final class Tally: Sendable {
    private let state: Mutex<[AutoMessage.ID: Int]> = Mutex([:])

    var counts: [AutoMessage.ID: Int] { state.withLock { $0 } }

    func add(_ ids: [AutoMessage.ID]) {
        state.withLock { state in
            for id in ids { state[id, default: 0] += 1 }
        }
    }
}
