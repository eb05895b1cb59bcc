import Foundation
import MsgKit
import Synchronization

/// A queue in memory, by a clock that a test may move. What is published twice is there twice, as the role allows.
public struct MemoryJobQueue: JobQueue {
    /// How often one that waits looks.
    private static let interval = Duration.milliseconds(5)

    private let storage: MemoryQueueStorage

    public init(clock: any WallClock, visibilityTimeout: Duration) {
        storage = MemoryQueueStorage(clock: clock, visibilityTimeout: visibilityTimeout)
    }

    /// The jobs that are given up here.
    public var deadLetters: MemoryDeadLetters { MemoryDeadLetters(storage: storage) }

    public func publish(_ jobs: [DeliveryJob]) async throws {
        let now = storage.clock.now
        storage.state.withLock { state in
            state.jobs += jobs.map { MemoryQueueStorage.Job(job: $0, availableAt: now) }
        }
    }

    public func receive(limit: Int, wait: Duration) async throws -> [Delivery] {
        let deadline = ContinuousClock.now + wait
        while true {
            let taken = take(limit)
            guard taken.isEmpty, .now < deadline else { return taken }
            try await Task.sleep(for: Self.interval)
        }
    }

    private func take(_ limit: Int) -> [Delivery] {
        let now = storage.clock.now
        return storage.state.withLock { state in
            var taken: [Delivery] = []
            for place in state.jobs.indices where taken.count < limit && state.jobs[place].availableAt <= now {
                state.receipts += 1
                let delivery = Delivery(job: state.jobs[place].job, receipt: "receipt-\(state.receipts)")
                state.jobs[place].receipt = delivery.receipt
                state.jobs[place].availableAt = now.later(by: storage.visibilityTimeout)
                taken.append(delivery)
            }
            return taken
        }
    }

    public func acknowledge(_ deliveries: [Delivery]) async throws {
        storage.state.withLock { state in
            for delivery in deliveries {
                if let place = state.place(of: delivery) { state.jobs.remove(at: place) }
            }
        }
    }

    public func retry(_ delivery: Delivery, as job: DeliveryJob, after delay: Duration) async throws {
        let available = storage.clock.now.later(by: delay)
        storage.state.withLock { state in
            guard let place = state.place(of: delivery) else { return }
            state.jobs.remove(at: place)
            state.jobs.append(MemoryQueueStorage.Job(job: job, availableAt: available))
        }
    }

    public func deadLetter(_ delivery: Delivery, reason: String, at instant: Date) async throws {
        storage.state.withLock { state in
            guard let place = state.place(of: delivery) else { return }
            state.jobs.remove(at: place)
            let job = delivery.job
            state.letters[job.id] = DeadLetter(job: job, failedAt: instant, reason: reason)
        }
    }

    public func release(_ deliveries: [Delivery]) async throws {
        let now = storage.clock.now
        storage.state.withLock { state in
            for delivery in deliveries {
                guard let place = state.place(of: delivery) else { continue }
                state.jobs[place].receipt = nil
                state.jobs[place].availableAt = now
            }
        }
    }

    public func depth() async throws -> QueueDepth {
        let now = storage.clock.now
        return storage.state.withLock { state in
            let waiting = state.jobs.filter { $0.availableAt > now }
            return QueueDepth(
                ready: state.jobs.count - waiting.count, inFlight: waiting.count { $0.receipt != nil },
                delayed: waiting.count { $0.receipt == nil }, deadLetters: state.letters.count)
        }
    }
}
