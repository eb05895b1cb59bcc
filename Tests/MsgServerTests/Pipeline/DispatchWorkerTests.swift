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

    /// A drain as a service, which can be stopped.
    private struct Draining: Service {
        let worker: DispatchWorker
        let tallies: Journal<DispatchTally>
        /// Opened when it is told to stop.
        let gate: Latch

        func run() async throws {
            try await withGracefulShutdownHandler {
                tallies.note(try await worker.drain())
            } onGracefulShutdown: {
                gate.open()
            }
        }
    }

    @Test func aDrainThatIsStoppedBeforeTheQueueIsEmptySaysSo() async throws {
        try await World.with { world in
            let planned = try await queue(10, in: world)
            let gate = Latch()
            world.bus.hold(until: gate)
            let settings = World.settings {
                $0.prefetch = 10
                $0.concurrency = 2
            }
            let tallies = Journal<DispatchTally>()
            let draining = Draining(worker: world.worker(settings), tallies: tallies, gate: gate)
            try await running(draining) { _ in try await world.bus.begun.wait(for: 2) }
            let stopped = try #require(tallies.entries.first)
            #expect(stopped.isStopped)
            #expect(stopped.delivered == 2)
            #expect(try await sent(planned, in: world) == 2)
            let rest = try await world.worker().drain()
            #expect(!rest.isStopped && rest.delivered == 8)
        }
    }

    /// Four are taken at a time, and one of the first four takes for ever.
    @Test func aSlowDeliveryHoldsUpNoOther() async throws {
        try await World.with { world in
            let planned = try await queue(40, in: world)
            let gate = Latch()
            let slow = SlowMessages(world.store.messages, until: gate)
            let settings = World.settings {
                $0.prefetch = 4
                $0.concurrency = 2
            }
            let worker = world.worker(settings, delivery: world.delivery(settings, messages: slow))
            try await running(worker) { _ in
                try await world.bus.calls.wait(for: 39)
                #expect(try await sent(planned, in: world) >= 38, "the last one may not be marked yet")
                #expect(try await world.store.messages.message(try #require(slow.begun.entries.first)) == nil)
                gate.open()
                try await world.bus.calls.wait(for: 40)
            }
            #expect(try await sent(planned, in: world) == 40)
            #expect(try await world.store.queue.depth().isDrained)
        }
    }

    @Test func noMoreThanConcurrencyAreDeliveredAtATime() async throws {
        try await World.with { world in
            _ = try await queue(20, in: world)
            let gate = Latch()
            world.bus.hold(until: gate)
            let settings = World.settings {
                $0.prefetch = 20
                $0.concurrency = 3
            }
            try await running(world.worker(settings)) { _ in
                try await world.bus.begun.wait(for: 3)
                #expect(try await world.store.queue.depth().inFlight == 20)
                #expect(world.bus.begun.entries.count == 3)
                gate.open()
                try await world.bus.calls.wait(for: 20)
            }
        }
    }

    /// What is not begun goes to others while the slow one is still being delivered.
    @Test func aStopHandsBackWhatIsNotBegunAtOnce() async throws {
        try await World.with { world in
            let planned = try await queue(10, in: world)
            let gate = Latch()
            let slow = SlowMessages(world.store.messages, until: gate)
            let settings = World.settings {
                $0.prefetch = 10
                $0.concurrency = 1
            }
            let worker = world.worker(settings, delivery: world.delivery(settings, messages: slow))
            try await running(worker) { group in
                try await slow.begun.wait(for: 1)
                await group.triggerGracefulShutdown()
                while try await world.store.queue.depth().ready < 9 { try await Task.sleep(for: .milliseconds(5)) }
                #expect(try await world.store.queue.depth().inFlight == 1)
                gate.open()
            }
            #expect(try await sent(planned, in: world) == 1)
            #expect(try await world.worker().drain().delivered == 9)
        }
    }

    @Test func aQueueThatIsAwayForATimeIsReadAgain() async throws {
        try await World.with { world in
            let planned = try await queue(3, in: world)
            let faulty = FaultyQueue(world.store.queue, failing: [.receive])
            try await running(world.worker(queue: faulty)) { _ in
                try await faulty.failed.wait(for: 1)
                faulty.fail(at: [])
                try await world.bus.calls.wait(for: 3)
            }
            #expect(try await sent(planned, in: world) == 3)
        }
    }

    @Test(arguments: [FaultyQueue.Call.receive, .acknowledge, .depth])
    func aDrainEndsWithWhatAnEngineFailsWithAndHandsTheRestBack(_ call: FaultyQueue.Call) async throws {
        try await World.with { world in
            _ = try await queue(10, in: world)
            let faulty = FaultyQueue(world.store.queue, failing: [call])
            let settings = World.settings { $0.concurrency = 1 }
            let worker = world.worker(settings, queue: faulty)
            do {
                _ = try await worker.drain()
                Issue.record("it drained a queue that fails")
            } catch let error as MsgError {
                #expect(error.code == .unavailable)
                #expect(error.operatorMessage.hasSuffix("nobody listens at mq:5672."), "\(error.operatorMessage)")
                #expect(!error.message.contains("mq:5672"))
                #expect(error.message.contains("1 of the jobs") == (call == .acknowledge))
            }
            let depth = try await world.store.queue.depth()
            #expect(depth.inFlight == (call == .acknowledge ? 1 : 0), "only what could not be settled")
            #expect(depth.ready == [.receive: 10, .acknowledge: 9, .depth: 0][call])
        }
    }

    @Test func whatAWorkerDoesIsInItsReport() async throws {
        try await World.with { world in
            _ = try await queue(4, in: world)
            let gate = Latch()
            let slow = SlowMessages(world.store.messages, until: gate)
            let settings = World.settings { $0.concurrency = 2 }
            let worker = world.worker(settings, delivery: world.delivery(settings, messages: slow))
            func report() -> WorkerReport {
                worker.progress.report(of: world.node, concurrency: 2, patience: .seconds(10))
            }
            #expect(report().inHand == 0 && report().stalledSince == nil && report().lastSettledAt == nil)
            try await running(worker) { _ in
                try await world.bus.calls.wait(for: 3)
                while report().inHand > 1 { try await Task.sleep(for: .milliseconds(5)) }
                #expect(report().settled == 3 && report().lastSettledAt == world.clock.now)
                let since = world.clock.now
                world.clock.advance(by: .milliseconds(9999))
                #expect(report().stalledSince == nil)
                world.clock.advance(by: .milliseconds(1))
                #expect(report().stalledSince == since)
                gate.open()
                try await world.bus.calls.wait(for: 4)
            }
            #expect(report().inHand == 0 && report().settled == 4 && report().stalledSince == nil)
        }
    }
}
