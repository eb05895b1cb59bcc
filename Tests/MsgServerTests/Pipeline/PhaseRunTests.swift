import Foundation
import Logging
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

/// When the scheduler runs what, on a clock that the test moves: once by all processes, made up or skipped.
@Suite(.timeLimit(.minutes(1)))
struct PhaseRunTests {
    /// A world in which noon of 2026-01-31 is the time, and `daily` runs at midnight.
    private struct Bench {
        let world: World
        let runs: RecordingRuns
        let leases: RecordingLeases
        let metrics = CountingMetrics()
        let log = Journal<String>()
        let work = Journal<String>()

        init(_ world: World) {
            self.world = world
            runs = RecordingRuns(store: world.store.phaseRuns)
            leases = RecordingLeases(store: world.store.leases)
        }

        /// - Parameter body: what the job does, after its note of the occurrence.
        func job(
            _ cron: String = "@daily", grace: Duration? = .seconds(24 * 3600), zone: String = "UTC",
            _ body: @escaping @Sendable () async throws -> String? = { "worked" }
        ) throws -> ScheduledJob {
            let work = work
            return ScheduledJob(
                phase: "daily", pool: "a", timetable: try Timetable(cron, in: try #require(TimeZone(identifier: zone))),
                grace: grace
            ) { due in
                work.note(due.iso8601)
                return try await body()
            }
        }

        func scheduler(_ job: ScheduledJob, node: String = "here", renewal: Duration = .seconds(5)) -> Scheduler {
            var pauses = SchedulePauses()
            pauses.longest = .milliseconds(1)
            pauses.held = .milliseconds(1)
            pauses.renewal = renewal
            return Scheduler(
                jobs: [job], runs: runs, leases: leases, node: NodeID(rawValue: node), clock: world.clock,
                pauses: pauses, metrics: PipelineMetrics(factory: metrics), logger: LogJournal.logger(log))
        }

        /// A run that another process has begun, or finished.
        func ran(_ occurrence: String, _ outcome: PhaseRun.Outcome) async throws {
            let due = try #require(Date(iso8601: occurrence))
            let run = PhaseRun(
                phase: "daily/a", occurrence: due, outcome: outcome, fencingToken: 1, startedAt: due,
                finishedAt: outcome == .running ? nil : due, node: NodeID(rawValue: "there"))
            #expect(try await world.store.phaseRuns.begin(run))
        }

        func setClock(_ instant: String) throws { world.clock.set(to: try #require(Date(iso8601: instant))) }

        var last: PhaseRun? { get async throws { try await world.store.phaseRuns.lastRun("daily/a") } }

        func counted(_ outcome: PhaseRun.Outcome, _ count: Int) -> String {
            "msgctl_schedule_runs_total{phase=daily,pool=a,outcome=\(outcome.rawValue)} \(count)"
        }

        /// Returns when the scheduler is done with what was due.
        func untilGivenBack() async throws { try await leases.released.wait { $0.contains("schedule/daily/a") } }
    }

    private func with(_ body: (Bench) async throws -> Void) async throws {
        try await World.with { try await body(Bench($0)) }
    }

    @Test func aRunThatWasMissedIsMadeUpByOneOfManyProcesses() async throws {
        try await with { bench in
            try await bench.ran("2026-01-30T00:00:00Z", .done)
            let job = try bench.job()
            try await running(bench.scheduler(job, node: "a")) { _ in
                try await running(bench.scheduler(job, node: "b")) { _ in
                    try await running(bench.scheduler(job, node: "c")) { _ in
                        try await bench.untilGivenBack()
                    }
                }
            }
            #expect(bench.work.entries == ["2026-01-31T00:00:00.000Z"])
            let run = try #require(try await bench.last)
            #expect(run.outcome == .done && run.note == "worked")
            #expect(run.finishedAt == bench.world.clock.now)
            #expect(bench.metrics.increments.entries == [bench.counted(.done, 1)])
            #expect(!bench.log.entries.contains { $0.hasPrefix("warning") })
            // Nor by one that is started again.
            try await running(bench.scheduler(job)) { _ in try await bench.runs.calls.wait { $0.last == "last" } }
            #expect(bench.work.entries.count == 1)
        }
    }

    @Test func afterTheGraceItIsSkippedAndSaidOnce() async throws {
        try await with { bench in
            try await bench.ran("2026-01-30T00:00:00Z", .done)
            let job = try bench.job(grace: .seconds(3600))
            try await running(bench.scheduler(job, node: "a")) { _ in
                try await running(bench.scheduler(job, node: "b")) { _ in
                    try await bench.metrics.increments.wait(for: 1)
                    try await bench.untilGivenBack()
                }
            }
            bench.runs.calls.clear()
            try await running(bench.scheduler(job, node: "c")) { _ in try await bench.runs.calls.wait(for: 1) }
            #expect(bench.work.entries == [])
            #expect(bench.metrics.increments.entries == [bench.counted(.skipped, 1)])
            #expect(
                bench.log.entries.filter { $0.hasPrefix("warning") } == [
                    "warning: runs were missed and are skipped count=1 due=2026-01-31T00:00:00.000Z phase=daily/a"
                ])
            let run = try #require(try await bench.last)
            #expect(run.outcome == .skipped && run.occurrence.iso8601 == "2026-01-31T00:00:00.000Z")
        }
    }

    @Test func ofSeveralMissedRunsTheLastIsMadeUpAndTheOthersAreSaid() async throws {
        try await with { bench in
            try await bench.ran("2026-01-27T00:00:00Z", .failed)
            try await running(bench.scheduler(bench.job())) { _ in try await bench.metrics.increments.wait(for: 2) }
            #expect(bench.work.entries == ["2026-01-31T00:00:00.000Z"])
            // The one that failed and three that never began.
            #expect(bench.metrics.increments.entries == [bench.counted(.skipped, 4), bench.counted(.done, 1)])
            #expect(
                bench.log.entries.filter { $0.hasPrefix("warning") } == [
                    "warning: runs were missed and are skipped count=4 due=2026-01-27T00:00:00.000Z phase=daily/a"
                ])
        }
    }

    @Test func whoNeverRanHasMissedNothing() async throws {
        try await with { bench in
            try await running(bench.scheduler(bench.job(grace: .seconds(3600)))) { _ in
                try await bench.untilGivenBack()
                #expect(try await bench.last == nil)
                try bench.setClock("2026-02-01T00:00:00Z")
                try await bench.metrics.increments.wait(for: 1)
            }
            #expect(bench.work.entries == ["2026-02-01T00:00:00.000Z"])
            #expect(bench.metrics.increments.entries == [bench.counted(.done, 1)])
            #expect(!bench.log.entries.contains { $0.hasPrefix("warning") })
        }
    }

    @Test func whatADeadProcessBeganIsTakenOver() async throws {
        try await with { bench in
            try await bench.ran("2026-01-31T00:00:00Z", .running)
            try await running(bench.scheduler(bench.job())) { _ in try await bench.metrics.increments.wait(for: 1) }
            #expect(bench.work.entries == ["2026-01-31T00:00:00.000Z"])
            let run = try #require(try await bench.last)
            #expect(run.outcome == .done && run.node == NodeID(rawValue: "here"))
            #expect(bench.log.entries.contains { $0.contains("taken over") && $0.contains("from=there") })
        }
    }

    @Test func whatAProcessIsAtIsLeftToItUntilItsLeaseEnds() async throws {
        try await with { bench in
            try await bench.ran("2026-01-31T00:00:00Z", .running)
            let clock = bench.world.clock
            let lease = try await bench.world.store.leases.acquire(
                "schedule/daily/a", holder: NodeID(rawValue: "there"), at: clock.now,
                until: clock.now.later(by: .seconds(20)))
            #expect(lease != nil)
            try await running(bench.scheduler(bench.job())) { _ in
                try await bench.runs.calls.wait(for: 5)
                #expect(bench.work.entries == [])
                clock.advance(by: .seconds(20))
                try await bench.metrics.increments.wait(for: 1)
            }
            #expect(bench.work.entries == ["2026-01-31T00:00:00.000Z"])
        }
    }

    @Test func whoLosesTheLeaseIsCancelledAndMayTryAgain() async throws {
        try await with { bench in
            let cancelled = Journal<String>()
            let work = bench.work
            let job = try bench.job {
                guard work.entries.count == 1 else { return "again" }
                do {
                    try await Task.sleep(for: .seconds(3600))
                } catch {
                    cancelled.note("cancelled")
                    throw error
                }
                return "never"
            }
            try await running(bench.scheduler(job, renewal: .milliseconds(1))) { _ in
                try await work.wait(for: 1)
                // Longer than a lease lasts that nobody renews.
                bench.world.clock.advance(by: .seconds(60))
                try await cancelled.wait(for: 1)
                try await bench.runs.calls.wait { $0.contains("finish done") }
            }
            #expect(work.entries == Array(repeating: "2026-01-31T00:00:00.000Z", count: 2))
            #expect(bench.runs.calls.entries.filter { $0.hasPrefix("finish") } == ["finish done"])
            let run = try #require(try await bench.last)
            #expect(run.outcome == .done && run.note == "again" && run.fencingToken > 1)
        }
    }

    @Test func whatAStopBreaksOffIsLeftForTheNextProcess() async throws {
        try await with { bench in
            let job = try bench.job {
                try await Task.sleep(for: .seconds(3600))
                return "never"
            }
            try await running(bench.scheduler(job)) { _ in try await bench.work.wait(for: 1) }
            #expect(try await bench.last?.outcome == .running)
            #expect(bench.leases.released.entries == ["schedule/daily/a"])
            try await running(bench.scheduler(bench.job(), node: "next")) { _ in
                try await bench.metrics.increments.wait(for: 1)
            }
            #expect(try await bench.last?.node == NodeID(rawValue: "next"))
        }
    }

    @Test func whatFailsIsTriedAgainUntilItIsDone() async throws {
        try await with { bench in
            let work = bench.work
            let job = try bench.job {
                if work.entries.count < 3 { throw MsgError(.unavailable, "The store is away.") }
                return "at last"
            }
            try await running(bench.scheduler(job)) { _ in
                try await bench.runs.calls.wait { $0.contains("finish done") }
            }
            #expect(work.entries == Array(repeating: "2026-01-31T00:00:00.000Z", count: 3))
            let changes = bench.runs.calls.entries.filter { $0 != "last" }
            #expect(
                changes == [
                    "begin running", "finish failed", "begin running", "finish failed", "begin running", "finish done",
                ])
            #expect(try await bench.last?.note == "at last")
        }
    }

    @Test func whatFailsUntilTheGraceEndsIsGivenUp() async throws {
        try await with { bench in
            let work = bench.work
            let job = try bench.job(grace: .seconds(13 * 3600)) {
                throw MsgError(.unavailable, "The store is away.")
            }
            try await running(bench.scheduler(job)) { _ in
                try await work.wait(for: 3)
                bench.world.clock.advance(by: .seconds(2 * 3600))
                try await bench.runs.calls.wait { $0.contains("begin skipped") }
                let run = try #require(try await bench.last)
                #expect(run.outcome == .skipped && run.note == "The store is away.")
                #expect(run.occurrence.iso8601 == "2026-01-31T00:00:00.000Z")
                try bench.setClock("2026-02-01T00:00:00Z")
                try await work.wait { $0.last == "2026-02-01T00:00:00.000Z" }
            }
            #expect(bench.metrics.increments.entries.contains(bench.counted(.skipped, 1)))
            #expect(bench.metrics.increments.entries.filter { $0 == bench.counted(.failed, 1) }.count >= 3)
            #expect(bench.log.entries.filter { $0.contains("missed and are skipped") }.count == 1)
        }
    }

    @Test(arguments: PhaseRun.Outcome.allCases)
    func aRunOfAClockThatWasAheadStopsNothing(_ outcome: PhaseRun.Outcome) async throws {
        try await with { bench in
            try await bench.ran("2026-02-10T00:00:00Z", outcome)
            let job = try bench.job()
            try await running(bench.scheduler(job, node: "a")) { _ in
                try await running(bench.scheduler(job, node: "b")) { _ in
                    try await bench.untilGivenBack()
                    try bench.setClock("2026-02-01T00:00:00Z")
                    try await bench.metrics.increments.wait(for: 2)
                }
            }
            #expect(bench.work.entries == ["2026-01-31T00:00:00.000Z", "2026-02-01T00:00:00.000Z"])
            #expect(bench.metrics.increments.entries == [bench.counted(.done, 1), bench.counted(.done, 1)])
            #expect(
                bench.log.entries.filter { $0.hasPrefix("warning") } == [
                    "warning: the last run is of a time to come, from a clock that was ahead; it is replaced "
                        + "due=2026-01-31T00:00:00.000Z from=there last=2026-02-10T00:00:00.000Z phase=daily/a"
                ])
        }
    }

    @Test func afterARunOfAClockThatWasAheadTheGraceHolds() async throws {
        try await with { bench in
            try await bench.ran("2026-02-10T00:00:00Z", .done)
            try await running(bench.scheduler(bench.job(grace: .seconds(3600)))) { _ in
                try await bench.untilGivenBack()
            }
            #expect(bench.work.entries == [])
            let run = try #require(try await bench.last)
            #expect(run.outcome == .skipped && run.occurrence.iso8601 == "2026-01-31T00:00:00.000Z")
            #expect(bench.metrics.increments.entries == [bench.counted(.skipped, 1)])
            #expect(bench.log.entries.filter { $0.hasPrefix("warning: the last run is of a time to come") }.count == 1)
            #expect(
                bench.log.entries.filter { $0.hasPrefix("warning: runs were missed and are skipped count=1") }.count
                    == 1)
        }
    }

    @Test func whoseOwnClockWasAheadRunsOnWhenItIsSetRight() async throws {
        try await with { bench in
            try bench.setClock("2026-02-10T12:00:00Z")
            try await running(bench.scheduler(bench.job())) { _ in
                try await bench.untilGivenBack()
                try bench.setClock("2026-01-31T12:00:00Z")
                try await bench.metrics.increments.wait(for: 2)
            }
            #expect(bench.work.entries == ["2026-02-10T00:00:00.000Z", "2026-01-31T00:00:00.000Z"])
        }
    }

    @Test func aClockThatIsALittleBehindDoesNoOlderRunAgain() async throws {
        try await with { bench in
            try bench.setClock("2026-01-30T23:00:00Z")
            try await bench.ran("2026-01-31T00:00:00Z", .done)
            try await running(bench.scheduler(bench.job())) { _ in
                try await bench.runs.calls.wait(for: 1)
                try bench.setClock("2026-02-01T00:00:00Z")
                try await bench.metrics.increments.wait(for: 1)
            }
            #expect(bench.work.entries == ["2026-02-01T00:00:00.000Z"])
            #expect(!bench.log.entries.contains { $0.hasPrefix("warning") })
        }
    }

    /// Such as two messages with one id: nothing that a closed window has to do with.
    @Test func aConflictIsAFailureLikeAnyOther() async throws {
        try await with { bench in
            let work = bench.work
            let job = try bench.job {
                if work.entries.count < 2 { throw MsgError(.conflict, "There is a message with this id already.") }
                return "at last"
            }
            try await running(bench.scheduler(job)) { _ in try await bench.metrics.increments.wait(for: 2) }
            let changes = bench.runs.calls.entries.filter { $0 != "last" }
            #expect(changes == ["begin running", "finish failed", "begin running", "finish done"])
            #expect(bench.metrics.increments.entries == [bench.counted(.failed, 1), bench.counted(.done, 1)])
        }
    }

    @Test func aClosedSendWindowEndsTheRun() async throws {
        try await with { bench in
            try await bench.ran("2026-01-30T00:00:00Z", .done)
            let job = try bench.job { throw MsgError(.windowClosed, "The send window was over.") }
            try await running(bench.scheduler(job)) { _ in try await bench.untilGivenBack() }
            #expect(bench.work.entries == ["2026-01-31T00:00:00.000Z"])
            let run = try #require(try await bench.last)
            #expect(run.outcome == .skipped && run.note == "The send window was over.")
            #expect(bench.metrics.increments.entries == [bench.counted(.skipped, 1)])
            #expect(bench.log.entries.contains { $0.hasPrefix("warning: a run comes too late and is skipped") })
        }
    }

    @Test func whileThePhaseIsHeldTheRunGoesOn() async throws {
        try await with { bench in
            let work = bench.work
            let job = try bench.job {
                if work.entries.count < 4 { throw MsgError(.leaseHeld, "Another process is planning now.") }
                return "free"
            }
            try await running(bench.scheduler(job)) { _ in try await bench.metrics.increments.wait(for: 1) }
            #expect(bench.runs.calls.entries == ["last", "last", "begin running", "finish done"])
            #expect(bench.work.entries.count == 4)
            #expect(try await bench.last?.note == "free")
        }
    }

    @Test func whatIsHeldUntilTheGraceEndsHasFailed() async throws {
        try await with { bench in
            let clock = bench.world.clock
            let job = try bench.job(grace: .seconds(13 * 3600)) {
                clock.advance(by: .seconds(3600))
                throw MsgError(.leaseHeld, "Another process is planning now.")
            }
            try await running(bench.scheduler(job)) { _ in
                try await bench.runs.calls.wait { $0.contains("begin skipped") }
            }
            let run = try #require(try await bench.last)
            #expect(run.outcome == .skipped && run.note == "Another process is planning now.")
        }
    }

    /// As when crontab's command is at it: it is awaited, and what is left is nothing.
    @Test func whoHoldsThePhaseItselfIsAwaitedAndThenSeenAsDone() async throws {
        try await with { bench in
            let world = bench.world
            _ = try await world.people("ada", "bob", "cem", "dan")
            let other = NodeID(rawValue: "crontab")
            let held = try await world.store.leases.acquire(
                "plan-pairings", holder: other, at: world.clock.now, until: world.clock.now.later(by: .seconds(20)))
            #expect(held != nil)
            let tries = bench.work
            let planning = ScheduledJob.planning(
                world.planning(), of: World.settings().defaultPool, clock: world.clock)
            let job = ScheduledJob(
                phase: planning.phase, pool: planning.pool, timetable: planning.timetable, grace: planning.grace
            ) { due in
                tries.note("try")
                return try await planning.run(due)
            }
            try await running(bench.scheduler(job)) { _ in
                try await tries.wait(for: 1)
                let run = try #require(try await world.store.phaseRuns.lastRun("plan-pairings/default"))
                #expect(run.outcome == .running)
                #expect(try await world.planning(node: other).run().status == .planned)
                try await bench.runs.calls.wait { $0.contains("finish done") }
            }
            let run = try #require(try await world.store.phaseRuns.lastRun("plan-pairings/default"))
            #expect(run.note == "2026-01-31: already_planned, 2 messages")
            #expect(try await world.pending().count == 2)
            #expect(!bench.runs.calls.entries.contains("finish failed"))
        }
    }

    /// Berlin skips 02:00–03:00 in the first of these nights and has it twice in the second.
    @Test(arguments: [
        ("2026-03-28T20:00:00Z", ["2026-03-28T01:30", "2026-03-29T01:00"]),
        ("2026-10-24T20:00:00Z", ["2026-10-24T00:30", "2026-10-25T00:30"]),
    ])
    func aNightInWhichClocksChangeHasOneRun(evening: String, expected: [String]) async throws {
        try await with { bench in
            try bench.setClock(evening)
            let looks = Journal<Date>()
            let look = ScheduledJob(phase: "look", timetable: .every(.seconds(600))) { due in
                looks.note(due)
                return nil
            }
            let nightly = try bench.job("30 2 * * *", zone: "Europe/Berlin")
            try await running(bench.scheduler(nightly)) { _ in
                try await running(bench.scheduler(look)) { _ in
                    // What was missed before the start is made up.
                    try await bench.work.wait(for: 1)
                    for count in 1...60 {
                        try await looks.wait(for: count)
                        bench.world.clock.advance(by: .seconds(600))
                    }
                    try await bench.work.wait(for: 2)
                }
            }
            #expect(bench.work.entries == expected.map { $0 + ":00.000Z" })
        }
    }

    @Test func whatComesDueWhileItWorksRunsAtOnce() async throws {
        try await with { bench in
            let clock = bench.world.clock
            let work = bench.work
            let job = ScheduledJob(phase: "slow", timetable: .every(.seconds(60))) { due in
                work.note(due.iso8601)
                if work.entries.count == 1 { clock.advance(by: .seconds(150)) }
                return nil
            }
            let scheduler = Scheduler(
                jobs: [job], runs: bench.runs, leases: bench.leases, node: .random(), clock: clock, logger: World.silent
            )
            // It would sleep for longer than the test lasts.
            try await running(scheduler) { _ in try await work.wait(for: 2, limit: .seconds(20)) }
            #expect(work.entries == ["2026-01-31T12:00:00.000Z", "2026-01-31T12:02:00.000Z"])
            #expect(bench.runs.calls.entries == [])
        }
    }
}
