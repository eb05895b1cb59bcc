import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SchedulerTests {
    private let settings = World.settings { $0.enqueueInterval = .milliseconds(10) }

    private func scheduler(_ world: World, _ leases: RecordingLeases, node: NodeID = .random()) -> Scheduler {
        Scheduler(
            planning: world.planning(settings, node: node, leases: leases),
            enqueueing: world.enqueueing(settings, node: node, leases: leases), settings: settings, clock: world.clock,
            logger: World.silent)
    }

    private func plan(in world: World) async throws -> Plan? {
        try await world.store.plans.plan(pool: Plan.defaultPool, date: world.planning(settings).today)
    }

    private func passes(_ count: Int, _ leases: RecordingLeases) async throws {
        try await leases.released.wait { $0.filter { $0 == "enqueue-due" }.count >= count }
    }

    @Test func aDayThatWasMissedIsMadeUpOnce() async throws {
        try await World.with { world in
            _ = try await world.people("ada", "bob", "cem", "dan")
            let leases = RecordingLeases(store: world.store.leases)
            try await running(scheduler(world, leases)) { _ in
                try await leases.released.wait { $0.contains("plan-pairings") }
            }
            let made = try #require(try await plan(in: world))
            #expect(made.completedAt != nil && made.figures.users == 4)
            let messages = try await world.pending()
            leases.released.clear()
            try await running(scheduler(world, leases)) { _ in try await passes(3, leases) }
            #expect(try await plan(in: world) == made)
            #expect(try await world.pending().map(\.id) == messages.map(\.id))
        }
    }

    @Test func severalNodesMakeOnePlan() async throws {
        try await World.with { world in
            _ = try await world.people("ada", "bob", "cem", "dan")
            let leases = RecordingLeases(store: world.store.leases)
            try await running(scheduler(world, leases)) { _ in
                try await running(scheduler(world, leases)) { _ in
                    try await leases.released.wait { $0.contains("plan-pairings") }
                    try await passes(4, leases)
                }
            }
            let planned = try await world.pending().flatMap { [$0.sender, $0.receiver] }
            #expect(planned.count == 4 && Set(planned).count == 4)
        }
    }

    @Test(arguments: ["2026-01-31T18:00:00Z", "2026-01-31T23:59:59Z", "2026-01-31T01:59:00Z"])
    func outsideItsTimeNothingIsPlanned(instant: String) async throws {
        try await World.with { world in
            _ = try await world.people("ada", "bob")
            world.clock.set(to: try #require(Date(iso8601: instant)))
            let leases = RecordingLeases(store: world.store.leases)
            try await running(scheduler(world, leases)) { _ in try await passes(5, leases) }
            #expect(try await plan(in: world) == nil)
            #expect(!leases.released.entries.contains("plan-pairings"))
        }
    }

    @Test func theDayIsPlannedWhenItsTimeComes() async throws {
        try await World.with { world in
            _ = try await world.people("ada", "bob")
            world.clock.set(to: try #require(Date(iso8601: "2026-01-31T01:59:59.950Z")))
            let leases = RecordingLeases(store: world.store.leases)
            try await running(scheduler(world, leases)) { _ in
                try await passes(1, leases)
                world.clock.advance(by: .milliseconds(50))
                try await leases.released.wait { $0.contains("plan-pairings") }
            }
            let messages = try await world.pending()
            #expect(messages.count == 1)
            #expect(messages.allSatisfy { $0.sendDate.iso8601 >= "2026-01-31T09:00" })
        }
    }

    @Test func whatIsDueIsQueuedAgainAndAgain() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            // Before the time of planning, so that the plan is the test's own.
            world.clock.set(to: try #require(Date(iso8601: "2026-01-31T01:00:00Z")))
            let leases = RecordingLeases(store: world.store.leases)
            try await running(scheduler(world, leases)) { _ in
                try await passes(1, leases)
                _ = try await world.plan(["One"], from: people[0], to: people[1])
                let before = leases.released.entries.filter { $0 == "enqueue-due" }.count
                try await passes(before + 2, leases)
            }
            #expect(try await world.store.queue.depth().ready == 1)
        }
    }
}
