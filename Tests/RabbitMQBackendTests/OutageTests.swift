import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import RabbitMQBackend

/// What callers see while the broker is away, silent or cut off, and afterwards.
@Suite(.rabbitMQ, .timeLimit(.minutes(3)))
struct OutageTests {
    /// Every call that needs the broker.
    private func expectAllUnavailable(
        _ backend: RabbitMQBackend, within limit: Duration, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        async let publish = expectFailure(.unavailable, within: limit, sourceLocation: sourceLocation) {
            try await backend.queue.publish(jobs(1))
        }
        async let receive = expectFailure(.unavailable, within: limit, sourceLocation: sourceLocation) {
            try await backend.queue.receive(limit: 1, wait: .zero)
        }
        async let depth = expectFailure(.unavailable, within: limit, sourceLocation: sourceLocation) {
            try await backend.queue.depth()
        }
        async let probe = expectFailure(.unavailable, within: limit, sourceLocation: sourceLocation) {
            try await backend.probe.probe()
        }
        async let list = expectFailure(.unavailable, within: limit, sourceLocation: sourceLocation) {
            try await backend.deadLetters.deadLetters(page: PageRequest(limit: 10))
        }
        _ = await (publish, receive, depth, probe, list)
    }

    @Test("with nobody at the port calls fail at once, and work once the broker is there")
    func refused() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            proxy.close()
            let backend = try queues.open(through: proxy)
            await expectAllUnavailable(backend, within: .seconds(4))
            proxy.open()
            try await eventually(within: .seconds(15)) { try await backend.probe.probe() }
            try await eventually(within: .seconds(15)) { try await backend.queue.publish(jobs(1)) }
            let taken = try await backend.take(1)
            #expect(taken.map(\.job) == jobs(1))
            try await backend.queue.acknowledge(taken)
        }
    }

    @Test("a broker that accepts and never answers is unavailable within the deadline")
    func silentFromTheStart() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            proxy.stall()
            let backend = try queues.open({ $0.deadLetterTimeout = .seconds(5) }, through: proxy)
            await expectAllUnavailable(backend, within: .seconds(7))
            proxy.resume()
            try await eventually(within: .seconds(15)) { try await backend.queue.publish(jobs(1)) }
            try await backend.queue.acknowledge(try await backend.take(1))
        }
    }

    @Test("the log-in takes no longer than the URL's connection_timeout says, whatever the options do")
    func timeoutOfTheURL() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            proxy.stall()
            let url = try proxy.url(for: queues.url).reveal()
            let endpoint = try BrokerEndpoint(Secret(url + (url.contains("?") ? "&" : "?") + "connection_timeout=200"))
            var slow = queues.options
            // So long that this test would not live to see it.
            slow.connectTimeout = .seconds(600)
            let options = slow
            let attempt = Task.detached {
                _ = try AMQPConnection(to: endpoint, options: options, socket: SocketHandle())
            }
            await #expect(throws: AMQPFailure.self) { try await attempt.value }
        }
    }

    @Test("a broker that falls silent while it is used is unavailable within the deadline, and then used again")
    func paused() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open(
                {
                    $0.operationTimeout = .seconds(2)
                    $0.deadLetterTimeout = .seconds(2)
                }, through: proxy)
            try await backend.queue.publish(jobs(3))
            let held = try await backend.take(1)
            _ = try await backend.queue.depth()
            proxy.stall()
            await expectAllUnavailable(backend, within: .seconds(4))
            // A call that was given up must not use up what is there when the broker goes on.
            await expectFailure(.unavailable, within: .seconds(4)) {
                try await backend.queue.retry(held[0], as: held[0].job, after: .milliseconds(150))
            }
            proxy.resume()
            let depth = try await eventually(within: .seconds(15)) { try await backend.queue.depth() }
            #expect(depth.inFlight <= 1)
            let ids = Set(jobs(3).map(\.id))
            var seen = Set(held.map(\.job.id))
            try await backend.queue.release(held)
            let deadline = ContinuousClock.now + .seconds(30)
            seen = []
            while seen != ids, ContinuousClock.now < deadline {
                let deliveries = (try? await backend.queue.receive(limit: 10, wait: .seconds(1))) ?? []
                seen.formUnion(deliveries.map(\.job.id))
                try await backend.queue.acknowledge(deliveries)
            }
            #expect(seen == ids, "nothing was lost")
        }
    }

    @Test("a large publication into a broker that reads nothing ends with the deadline and leaves nothing behind")
    func fullSocket() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open(
                {
                    $0.operationTimeout = .seconds(2)
                    $0.publishWindow = 100_000
                    $0.publishBatch = 5000
                }, through: proxy)
            try await backend.probe.probe()
            proxy.stall()
            let make = Fixtures()
            let large = (0..<5000).map { _ in make.job(String(repeating: "x", count: 4000)) }
            await expectFailure(.unavailable, within: .seconds(5)) { try await backend.queue.publish(large) }
            await expectFailure(.unavailable, within: .seconds(5)) { try await backend.probe.probe() }
            proxy.resume()
            try await eventually(within: .seconds(15)) { try await backend.probe.probe() }
        }
    }

    @Test("a connection over which nothing comes any more is found out by its heartbeats")
    func halfOpen() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open(
                {
                    $0.heartbeat = .seconds(1)
                    $0.operationTimeout = .seconds(1)
                }, through: proxy)
            try await backend.queue.publish(jobs(1))
            try await backend.queue.acknowledge(try await backend.take(1))
            proxy.abandon()
            try await eventually(within: .seconds(10)) { try await backend.queue.publish(jobs(1, series: 2)) }
            #expect(try await backend.take(1).map(\.job) == jobs(1, series: 2))
        }
    }

    @Test("idle connections are kept alive by heartbeats")
    func idle() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open({ $0.heartbeat = .seconds(1) }, through: proxy)
            try await backend.probe.probe()
            _ = try await backend.queue.depth()
            let before = proxy.acceptedCount
            // Twice as long as the broker waits for a heartbeat.
            try await Task.sleep(for: .seconds(6))
            try await backend.probe.probe()
            _ = try await backend.queue.depth()
            #expect(proxy.acceptedCount == before, "the same connections are still in use")
        }
    }

    @Test("a receipt of a lost connection settles nothing, and its job comes again")
    func lostConnection() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open(through: proxy)
            try await backend.queue.publish(jobs(2))
            let lost = try await backend.take(2)
            proxy.cut()
            let again = try await backend.take(2)
            #expect(Set(again.map(\.job.id)) == Set(jobs(2).map(\.id)))
            #expect(Set(again.map(\.receipt)).isDisjoint(with: lost.map(\.receipt)))
            try await backend.queue.acknowledge([lost[0]])
            try await backend.queue.release([lost[1]])
            try await backend.queue.retry(lost[0], as: lost[0].job, after: .zero)
            try await backend.queue.deadLetter(lost[1], reason: "It failed.", at: Date())
            var depth = try await backend.queue.depth()
            #expect(depth == QueueDepth(ready: 0, inFlight: 2, delayed: 0, deadLetters: 0))
            try await backend.queue.acknowledge(again)
            depth = try await backend.queue.depth()
            #expect(depth == QueueDepth(ready: 0, inFlight: 0, delayed: 0, deadLetters: 0))
        }
    }

    @Test("one that waits gets what is published after its connection was cut")
    func cutWhileWaiting() async throws {
        try await TestQueues.with { queues in
            let proxy = try Proxy(to: queues.url)
            let backend = try queues.open(through: proxy)
            let publisher = try queues.open()
            try await publisher.queue.publish(jobs(1))
            try await backend.queue.acknowledge(try await backend.take(1))
            async let received = backend.queue.receive(limit: 10, wait: .seconds(30))
            // The connection counts as used only after a second; one lost sooner is an outage.
            try await Task.sleep(for: .milliseconds(1200))
            proxy.cut()
            try await publisher.queue.publish(jobs(1, series: 2))
            #expect(try await received.map(\.job) == jobs(1, series: 2))
        }
    }
}
