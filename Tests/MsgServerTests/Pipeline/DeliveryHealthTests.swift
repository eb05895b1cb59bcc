import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

/// Whether health tells when queued messages don't get delivered, and only then.
@Suite(.timeLimit(.minutes(1)))
struct DeliveryHealthTests {
    private func survey(_ world: World) -> DeliverySurvey {
        DeliverySurvey(
            board: world.store.workers, messages: world.store.autoMessages, stallAfter: .seconds(60), clock: world.clock
        )
    }

    private func report(_ node: String, _ world: World, _ change: (inout WorkerReport) -> Void = { _ in }) async throws
    {
        var report = WorkerReport(
            node: NodeID(rawValue: node), startedAt: world.clock.now, seenAt: world.clock.now, concurrency: 8)
        change(&report)
        try await world.store.workers.report(report)
    }

    private func queueOne(_ world: World) async throws {
        let people = try await world.people("ada", "bob")
        _ = try await world.plan(["Hi"], from: people[0], to: people[1])
        _ = try await world.enqueueing().run()
    }

    @Test func nothingToDoIsNoProblem() async throws {
        try await World.with { world in
            #expect(try await survey(world).problem() == nil, "without any worker")
            try await report("a", world) { $0.inHand = 64 }
            #expect(try await survey(world).problem() == nil, "with one that works")
            world.clock.advance(by: .seconds(86_000))
            #expect(try await survey(world).problem() == nil, "with one that was killed, and nothing queued")
        }
    }

    @Test func messagesThatNobodyDeliversAreAProblem() async throws {
        try await World.with { world in
            try await queueOne(world)
            world.clock.advance(by: .milliseconds(59_999))
            #expect(try await survey(world).problem() == nil)
            world.clock.advance(by: .milliseconds(1))
            let problem = try #require(try await survey(world).problem())
            #expect(problem == "No worker delivers; the message that waits longest was queued 60 s ago.")
            await expect(.unavailable) { try await DeliveryProbe { problem }.probe() }
            // One that reports may be at it.
            try await report("a", world) { $0.inHand = 3 }
            #expect(try await survey(world).problem() == nil)
            world.clock.advance(by: .seconds(30))
            #expect(try await survey(world).problem() == nil)
            world.clock.advance(by: .seconds(1))
            #expect(
                try await survey(world).problem()
                    == "No worker delivers; the message that waits longest was queued 91 s ago. "
                    + "Worker a has been silent for 31 s, with 3 jobs in hand.")
            _ = try await world.worker().drain()
            #expect(try await survey(world).problem() == nil)
        }
    }

    @Test func aWorkerThatGetsNothingDoneIsAProblem() async throws {
        try await World.with { world in
            let since = world.clock.now
            world.clock.advance(by: .seconds(100))
            try await report("a", world)
            try await report("b", world) {
                $0.inHand = 5
                $0.stalledSince = since
            }
            #expect(
                try await survey(world).problem() == "Worker b has settled none of its 5 jobs for 100 s.")
            try await report("c", world) { $0.stalledSince = since.later(by: .seconds(-1)) }
            #expect(
                try await survey(world).problem()
                    == "Worker c has got no jobs from the queue, which fails, for 101 s. So have 1 more.")
            world.clock.advance(by: .seconds(31))
            #expect(try await survey(world).problem() == nil, "they are not there any more, and nothing is queued")
        }
    }

    @Test func aHeartbeatReportsAndTakesItsReportBack() async throws {
        try await World.with { world in
            let progress = WorkerProgress(clock: world.clock)
            let heartbeat = WorkerHeartbeat(
                progress: progress, board: world.store.workers, settings: World.settings { $0.concurrency = 3 },
                node: world.node, interval: .milliseconds(5), logger: World.silent)
            func reports() async throws -> [WorkerReport] {
                try await world.store.workers.reports(since: .distantPast)
            }
            let start = world.clock.now
            try await running(heartbeat) { _ in
                while try await reports().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
                world.clock.advance(by: .seconds(10))
                while try await reports().first?.seenAt != world.clock.now {
                    try await Task.sleep(for: .milliseconds(5))
                }
                let report = try #require(try await reports().first)
                #expect(report.node == world.node && report.startedAt == start && report.concurrency == 3)
            }
            #expect(try await reports().isEmpty)
        }
    }
}
