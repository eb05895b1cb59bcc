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
                    world.planning(settings, node: node, leases: leases), settings: settings, clock: world.clock),
                .queueing(world.enqueueing(settings, node: node, leases: leases), settings: settings),
            ],
            clock: world.clock, logger: World.silent)
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
            try await running(scheduler(world, leases)) { _ in try await passes(5, leases, in: world) }
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

    /// Berlin skips 02:00–03:00 in the first of these nights and has it twice in the second.
    @Test(arguments: [
        ("2026-03-28T20:00:00Z", ["2026-03-28T01:30", "2026-03-29T01:00"]),
        ("2026-10-24T20:00:00Z", ["2026-10-24T00:30", "2026-10-25T00:30"]),
    ])
    func aNightInWhichClocksChangeHasOneRun(evening: String, expected: [String]) async throws {
        let clock = FakeClock(try #require(Date(iso8601: evening)))
        let runs = Journal<Date>()
        let looks = Journal<Date>()
        let nightly = try Timetable("30 2 * * *", in: #require(TimeZone(identifier: "Europe/Berlin")))
        let scheduler = Scheduler(
            jobs: [
                ScheduledJob(phase: "nightly", timetable: nightly) { runs.note($0) },
                ScheduledJob(phase: "look", timetable: .every(.seconds(600))) { looks.note($0) },
            ],
            clock: clock, longestSleep: .milliseconds(1), logger: World.silent)
        try await running(scheduler) { _ in
            // What was missed before the start is made up.
            try await runs.wait(for: 1)
            for look in 1...60 {
                try await looks.wait(for: look)
                clock.advance(by: .seconds(600))
            }
            try await runs.wait(for: 2)
        }
        #expect(runs.entries.map(\.iso8601) == expected.map { $0 + ":00.000Z" })
    }

    @Test(arguments: [ErrorCode.leaseHeld, .unavailable])
    func whatFailsIsTriedAgainUntilItIsDone(code: ErrorCode) async throws {
        let clock = FakeClock()
        let tries = Journal<Date>()
        let job = ScheduledJob(phase: "daily", timetable: try Timetable("@daily", in: .gmt)) { due in
            tries.note(due)
            if tries.entries.count < 3 { throw MsgError(code, "Not now.") }
        }
        let looks = Journal<Date>()
        let look = ScheduledJob(phase: "look", timetable: .every(.seconds(1))) { looks.note($0) }
        let scheduler = Scheduler(
            jobs: [job, look], clock: clock, longestSleep: .milliseconds(1), logger: World.silent)
        try await running(scheduler) { _ in
            try await tries.wait(for: 3)
            for count in 1...20 {
                try await looks.wait(for: count)
                clock.advance(by: .seconds(1))
            }
        }
        #expect(tries.entries.map(\.iso8601) == Array(repeating: "2026-01-31T00:00:00.000Z", count: 3))
    }

    @Test func whatComesDueWhileItWorksRunsAtOnce() async throws {
        let clock = FakeClock()
        let runs = Journal<Date>()
        let job = ScheduledJob(phase: "slow", timetable: .every(.seconds(60))) { due in
            runs.note(due)
            if runs.entries.count == 1 { clock.advance(by: .seconds(150)) }
        }
        // It would sleep for longer than the test lasts.
        try await running(Scheduler(jobs: [job], clock: clock, logger: World.silent)) { _ in
            try await runs.wait(for: 2, limit: .seconds(20))
        }
        #expect(runs.entries.map(\.iso8601) == ["2026-01-31T12:00:00.000Z", "2026-01-31T12:02:00.000Z"])
    }
}
