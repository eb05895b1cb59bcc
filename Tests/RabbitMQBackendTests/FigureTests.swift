import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import RabbitMQBackend

/// How fast it is; run when MSGCTL_TEST_FIGURES is set, alone.
@Suite(.rabbitMQ, .enabled(if: ProcessInfo.processInfo.environment["MSGCTL_TEST_FIGURES"] != nil), .serialized)
struct FigureTests {
    @Test("confirmed publications and settled deliveries a second")
    func rates() async throws {
        try await TestQueues.with { queues in
            let backend = try queues.open { $0.prefetch = 1000 }
            let all = jobs(50_000)
            try await backend.probe.probe()
            var began = ContinuousClock.now
            for start in stride(from: 0, to: all.count, by: 500) {
                try await backend.queue.publish(Array(all[start..<start + 500]))
            }
            let publishing = ContinuousClock.now - began
            print("FIGURE published in batches of 500: \(Int(50_000 / publishing.seconds)) a second")
            for limit in [64, 500] {
                began = .now
                var count = 0
                while count < 24_000 {
                    let deliveries = try await backend.queue.receive(limit: limit, wait: .seconds(5))
                    try #require(!deliveries.isEmpty)
                    for delivery in deliveries { try await backend.queue.acknowledge([delivery]) }
                    count += deliveries.count
                }
                let receiving = ContinuousClock.now - began
                print(
                    "FIGURE received \(limit) at a time, acknowledged singly: \(Int(Double(count) / receiving.seconds)) a second"
                )
            }
            let letters = jobs(10_000, series: 2)
            let queue = queues.topology.deadLetterQueue
            try await queues.directly { connection, deadline in
                for job in letters {
                    try connection.publish(
                        try DeadLetterMessage.message(
                            DeadLetter(job: job, failedAt: job.sendDate, reason: "It failed."), to: queue.name))
                }
                _ = try connection.declared(queue, until: deadline)
            }
            began = .now
            let total = try await backend.deadLetters.deadLetters(page: PageRequest(limit: 20)).total
            print("FIGURE a page of \(total) dead letters: \(ContinuousClock.now - began)")
            began = .now
            let count = try await backend.deadLetters.replay(nil).count
            print("FIGURE \(count) dead letters replayed: \(ContinuousClock.now - began)")
        }
    }
}
