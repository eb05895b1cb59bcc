import Foundation
import MsgKit
import MsgTestKit
import Synchronization
import Testing

@testable import RabbitMQBackend

/// Connections that are cut or garbled at random moments, by a seed that is printed.
@Suite(.rabbitMQ)
struct RandomFaultTests {
    /// How often garbled bytes are tried; a longer search is asked for by MSGCTL_TEST_ROUNDS.
    private static let rounds =
        ProcessInfo.processInfo.environment["MSGCTL_TEST_ROUNDS"].flatMap { Int($0) } ?? 60

    private static func seed(_ name: String) -> UInt64 {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("\(name): seed \(seed)")
        return seed
    }

    @Test("what was published is there, though connections were cut meanwhile", .timeLimit(.minutes(3)))
    func publishing() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open({ $0.reconnectPause.longest = .milliseconds(250) }, through: proxy)
            let cutting = cutter(of: proxy, seed: Self.seed("publishing"), between: 10...120)
            var published: Set<AutoMessage.ID> = []
            for number in 0..<3000 where published.count < 1000 {
                let batch = jobs(20, series: UInt32(number + 1))
                do {
                    try await backend.queue.publish(batch)
                    published.formUnion(batch.map(\.id))
                } catch {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            cutting.cancel()
            #expect(published.count >= 1000)
            let reader = try queues.open()
            var seen: Set<AutoMessage.ID> = []
            while true {
                let deliveries = try await reader.queue.receive(limit: 500, wait: .milliseconds(200))
                if deliveries.isEmpty { break }
                seen.formUnion(deliveries.map(\.job.id))
                try await reader.queue.acknowledge(deliveries)
            }
            #expect(published.subtracting(seen).isEmpty, "\(published.subtracting(seen).count) are missing")
        }
    }

    @Test("every job is settled in the end, though connections were cut meanwhile", .timeLimit(.minutes(3)))
    func consuming() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let all = jobs(200)
            try await queues.open().queue.publish(all)
            let backend = try queues.open({ $0.reconnectPause.longest = .milliseconds(250) }, through: proxy)
            let cutting = cutter(of: proxy, seed: Self.seed("consuming"), between: 20...200)
            var left = Set(all.map(\.id))
            var tries = 0
            var number = 0
            while !left.isEmpty, tries < 2000 {
                tries += 1
                guard let deliveries = try? await backend.queue.receive(limit: 20, wait: .milliseconds(300)) else {
                    try await Task.sleep(for: .milliseconds(20))
                    continue
                }
                for delivery in deliveries {
                    number += 1
                    // A retry and a dead letter settle a job as well, in their own queues.
                    let outcome: Void? =
                        switch number % 10 {
                        case 0: try? await backend.queue.deadLetter(delivery, reason: "It failed.", at: Date())
                        case 1: try? await backend.queue.retry(delivery, as: delivery.job, after: .milliseconds(150))
                        default: try? await backend.queue.acknowledge([delivery])
                        }
                    if outcome != nil, number % 10 != 1 { left.remove(delivery.job.id) }
                }
            }
            cutting.cancel()
            #expect(left.isEmpty, "\(left.count) jobs never came")
            // What a cut made come twice is settled now.
            let reader = try queues.open()
            let drained = try await eventually { () -> QueueDepth in
                try await reader.queue.acknowledge(try await reader.queue.receive(limit: 100, wait: .milliseconds(200)))
                let depth = try await reader.queue.depth()
                try NotYet.unless(depth.isDrained)
                return depth
            }
            #expect(drained.deadLetters > 0)
        }
    }

    @Test("garbled answers of the broker end the connection and nothing else", .timeLimit(.minutes(20)))
    func garbled() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open(
                {
                    $0.reconnectPause.longest = .milliseconds(250)
                    $0.operationTimeout = .milliseconds(500)
                    $0.connectTimeout = .milliseconds(500)
                    $0.deadLetterTimeout = .milliseconds(500)
                }, through: proxy)
            let seed = Self.seed("garbled")
            for round in 0..<Self.rounds {
                proxy.corrupt(seed: seed &+ UInt64(round))
                try? await backend.queue.publish(jobs(5, series: UInt32(round + 1)))
                let taken = try? await backend.queue.receive(limit: 3, wait: .milliseconds(20))
                try? await backend.queue.acknowledge(taken ?? [])
                _ = try? await backend.queue.depth()
                if round % 10 == 0 { _ = try? await backend.deadLetters.deadLetters(page: PageRequest(limit: 10)) }
            }
            proxy.corrupt(seed: nil)
            proxy.cut()
            try await eventually { try await backend.queue.publish(jobs(1, series: 1000)) }
            let wanted = jobs(1, series: 1000)[0].id
            var found = false
            let deadline = ContinuousClock.now + .seconds(30)
            while !found {
                try #require(ContinuousClock.now < deadline, "the last one comes")
                let deliveries = (try? await backend.queue.receive(limit: 100, wait: .seconds(1))) ?? []
                found = deliveries.contains { $0.job.id == wanted }
                try await backend.queue.acknowledge(deliveries)
            }
        }
    }

    /// Cuts all connections again and again, after so many milliseconds each time.
    private func cutter(of proxy: Proxy, seed: UInt64, between range: ClosedRange<Int>) -> Task<Void, any Error> {
        Task {
            var generator = SeededGenerator(seed: seed)
            while true {
                try await Task.sleep(for: .milliseconds(Int.random(in: range, using: &generator)))
                proxy.cut()
            }
        }
    }
}
