import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SchedulerTests {
    private let settings = World.settings { $0.queueing = .every(.milliseconds(10)) }

    private func scheduler(_ world: World, _ leases: RecordingLeases, node: NodeID = .random()) -> Scheduler {
        Scheduler(
            jobs: [
                .planning(
                    world.planning(settings, node: node, leases: leases), of: settings.defaultPool, clock: world.clock),
                .queueing(world.enqueueing(settings, node: node, leases: leases), settings: settings),
            ],
            runs: world.store.phaseRuns, leases: leases, node: node, clock: world.clock, logger: World.silent)
    }

    private func plan(in world: World) async throws -> Plan? {
        try await world.store.plans.plan(pool: Plan.defaultPool, date: world.planning(settings).today)
    }

    /// Moves the clock to so many times of queueing, each when what the last brought is done.
    private func passes(_ count: Int, _ leases: RecordingLeases, in world: World) async throws {
        for _ in 0..<count {
            let before = leases.released.entries.count { $0 == "enqueue-due" }
            world.clock.advance(by: .milliseconds(10))
            try await leases.released.wait { $0.count { $0 == "enqueue-due" } > before }
        }
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
            try await running(scheduler(world, leases)) { _ in try await passes(3, leases, in: world) }
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
                    try await passes(4, leases, in: world)
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
            try await running(scheduler(world, leases)) { _ in
                try await leases.released.wait { $0.contains("schedule/plan-pairings/default") }
                try await passes(5, leases, in: world)
            }
            #expect(try await plan(in: world) == nil)
            #expect(!leases.released.entries.contains("plan-pairings"))
            let run = try #require(try await world.store.phaseRuns.lastRun("plan-pairings/default"))
            #expect(run.outcome == .skipped)
            #expect(run.note?.hasPrefix("The send window of 2026-01-3") == true)
        }
    }

    @Test func theDayIsPlannedWhenItsTimeComes() async throws {
        try await World.with { world in
            _ = try await world.people("ada", "bob")
            world.clock.set(to: try #require(Date(iso8601: "2026-01-31T01:59:59.950Z")))
            let leases = RecordingLeases(store: world.store.leases)
            try await running(scheduler(world, leases)) { _ in
                try await passes(1, leases, in: world)
                world.clock.set(to: try #require(Date(iso8601: "2026-01-31T02:00:00Z")))
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
                try await passes(1, leases, in: world)
                _ = try await world.plan(["One"], from: people[0], to: people[1])
                try await passes(2, leases, in: world)
            }
            #expect(try await world.store.queue.depth().ready == 1)
        }
    }

    @Test func whatRunsEverySoOftenIsNotKept() async throws {
        try await World.with { world in
            let leases = RecordingLeases(store: world.store.leases)
            try await running(scheduler(world, leases)) { _ in
                try await leases.released.wait { $0.contains("schedule/plan-pairings/default") }
                try await passes(3, leases, in: world)
            }
            #expect(try await world.store.phaseRuns.runs().map(\.phase) == ["plan-pairings/default"])
        }
    }

    @Test func eachPoolIsPlannedByItsOwnTimetable() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cem", "dan", "eve", "fay")
            for person in people.prefix(2) { try await world.change(person, UserChange(pool: "night")) }
            var configuration = Configuration()
            var night = configuration.schedule
            // Later today; the default one was due this morning.
            night.plan = try Timetable("0 14 * * *", in: .gmt)
            night.windowStart = try #require(TimeOfDay("20:00"))
            night.windowEnd = try #require(TimeOfDay("23:00"))
            configuration.pools = ["night": night]
            let settings = PipelineSettings(configuration)
            let leases = RecordingLeases(store: world.store.leases)
            let jobs = settings.pools.map { pool in
                ScheduledJob.planning(
                    world.planning(settings, node: .random(), leases: leases), of: pool, clock: world.clock)
            }
            var pauses = SchedulePauses()
            pauses.longest = .milliseconds(1)
            let scheduler = Scheduler(
                jobs: jobs, runs: world.store.phaseRuns, leases: leases, node: world.node, clock: world.clock,
                pauses: pauses, logger: World.silent)
            try await running(scheduler) { _ in
                // Of the night before, whose window is over, and of this morning.
                try await leases.released.wait { Set($0).isSuperset(of: jobs.map { "schedule/\($0.name)" }) }
                #expect(try await world.pending().count == 2)
                leases.released.clear()
                world.clock.set(to: try #require(Date(iso8601: "2026-01-31T14:00:00Z")))
                try await leases.released.wait { $0.contains("schedule/plan-pairings/night") }
            }
            #expect(
                try await world.store.phaseRuns.runs().map { "\($0.phase) \($0.note ?? "")" } == [
                    "plan-pairings/default 2026-01-31: planned, 2 messages",
                    "plan-pairings/night 2026-01-31: planned, 1 messages",
                ])
            let late = try await world.pending().filter { $0.sendDate.iso8601 >= "2026-01-31T20:00" }
            #expect(
                late.count == 1 && Set(late.flatMap { [$0.sender, $0.receiver] }) == Set(people.prefix(2).map(\.id)))
        }
    }

    @Test func theNextDayIsPlannedWhenToldSo() async throws {
        try await World.with { world in
            _ = try await world.people("ada", "bob")
            // Its own window is over, that of the day after is not.
            world.clock.set(to: try #require(Date(iso8601: "2026-01-31T21:00:00Z")))
            var pool = settings.defaultPool
            pool.planAhead = 1
            let job = ScheduledJob.planning(world.planning(settings), of: pool, clock: world.clock)
            #expect(try await job.run(world.clock.now) == "2026-02-01: planned, 1 messages")
            #expect(try await world.pending().map(\.planDate.description) == ["2026-02-01"])
        }
    }
}
