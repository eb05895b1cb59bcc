import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DispatchWorkerTests {
    private func queue(_ count: Int, in world: World) async throws -> [AutoMessage] {
        let people = try await world.people("ada", "bob")
        let planned = try await world.plan((0..<count).map { "Message \($0)" }, from: people[0], to: people[1])
        _ = try await world.enqueueing().run()
        return planned
    }

    private func sent(_ messages: [AutoMessage], in world: World) async throws -> Int {
        var count = 0
        for message in messages where try await world.store.autoMessages.autoMessage(message.id)?.isSent == true {
            count += 1
        }
        return count
    }

    @Test func drainingDeliversAllThatIsReady() async throws {
        try await World.with { world in
            let planned = try await queue(40, in: world)
            let tally = try await world.worker(World.settings { $0.prefetch = 7 }).drain()
            #expect(tally.delivered == 40 && tally.duplicates == 0 && tally.retried == 0 && tally.deadLettered == 0)
            #expect(try await sent(planned, in: world) == 40)
            #expect(try await world.worker().drain().delivered == 0)
        }
    }

    @Test func drainingLeavesWhatWaitsForALaterTry() async throws {
        try await World.with { world in
            _ = try await queue(3, in: world)
            let faulty = world.delivery(messages: FaultyMessages(world.store.messages))
            #expect(try await world.worker(delivery: faulty).drain().retried == 3)
            #expect(try await world.store.queue.depth().delayed == 3)
            world.clock.advance(by: .seconds(5))
            #expect(try await world.worker().drain().delivered == 3)
        }
    }

    @Test func workersSideBySideDeliverEachOnce() async throws {
        try await World.with { world in
            let planned = try await queue(60, in: world)
            let tallies = try await withThrowingTaskGroup(of: DispatchTally.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await world.worker(
                            World.settings {
                                $0.prefetch = 5
                                $0.concurrency = 2
                            }
                        ).drain()
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(tallies.reduce(0) { $0 + $1.delivered } == 60)
            #expect(tallies.allSatisfy { $0.duplicates == 0 })
            #expect(try await sent(planned, in: world) == 60)
        }
    }

    @Test func aWorkerThatRunsDeliversWhatComes() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            try await running(world.worker()) { _ in
                let planned = try await world.plan(["One", "Two"], from: people[0], to: people[1])
                _ = try await world.enqueueing().run()
                try await world.bus.calls.wait(for: planned.count)
            }
            #expect(try await world.store.queue.depth().isDrained)
        }
    }

    @Test func aStopEndsTheWaitForJobs() async throws {
        try await World.with { world in
            let start = ContinuousClock.now
            try await running(world.worker()) { _ in }
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test func aStopFinishesWhatIsInHandAndHandsTheRestBack() async throws {
        try await World.with { world in
            let planned = try await queue(10, in: world)
            let gate = Latch()
            world.bus.hold(until: gate)
            let settings = World.settings {
                $0.prefetch = 10
                $0.concurrency = 2
            }
            try await running(world.worker(settings)) { group in
                try await world.bus.begun.wait(for: 2)
                #expect(try await world.store.queue.depth().inFlight == 10)
                await group.triggerGracefulShutdown()
                gate.open()
            }
            let depth = try await world.store.queue.depth()
            let delivered = try await sent(planned, in: world)
            #expect(depth.inFlight == 0 && depth.delayed == 0)
            #expect(delivered >= 2 && delivered + depth.ready == 10)
            #expect(depth.ready > 0)
            _ = try await world.worker().drain()
            #expect(try await sent(planned, in: world) == 10)
        }
    }
}
