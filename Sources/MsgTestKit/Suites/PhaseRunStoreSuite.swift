import Foundation
import MsgKit
import Testing

/// The rules of ``PhaseRunStore``.
public enum PhaseRunStoreSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("an occurrence is begun, and finished with its note", lifecycle),
        .init("of many who begin an occurrence at once one does", concurrent),
        .init("what is running is taken over under a newer lease, and finished by nobody else", takenOver),
        .init("what failed is begun again, what is done or skipped is not", outcomes),
        .init("a later occurrence takes the place of any earlier one, and never the other way round", order),
        .init("an occurrence of a clock that was ahead is replaced, whatever became of it", ahead),
        .init("of many who replace an occurrence of a clock that was ahead one does", aheadConcurrently),
        .init("when a phase was last done is known whatever became of it since", lastDone),
        .init("of a clock that was ahead nothing is known as done", lastDoneAhead),
        .init("phases are apart, and listed by name", phases),
        .init("every process sees the same runs", elsewhere),
    ]

    private static let make = Fixtures()

    private static func run(
        _ outcome: PhaseRun.Outcome = .running, phase: String = "plan-pairings/default", day: Int = 0,
        token: Int64 = 1, started: Duration? = nil, note: String? = nil
    ) -> PhaseRun {
        let due = make.instant(.seconds(day * 86_400))
        return PhaseRun(
            phase: phase, occurrence: due, outcome: outcome, fencingToken: token,
            startedAt: started.map { make.instant($0) } ?? due.later(by: .seconds(1)),
            finishedAt: outcome == .running ? nil : due.later(by: .seconds(2)), node: NodeID(rawValue: "node-\(token)"),
            note: note)
    }

    private static func lifecycle(_ backend: any RecordsUnderTest) async throws {
        let runs = backend.phaseRuns
        #expect(try await runs.lastRun("plan-pairings/default") == nil)
        #expect(try await runs.runs() == [])
        #expect(try await runs.begin(run()))
        #expect(try await runs.lastRun("plan-pairings/default") == run())
        let done = run(.done, day: 0, note: "2026-01-31: 500 messages \u{0}\u{1F600}")
        try await runs.finish(done)
        #expect(try await runs.lastRun("plan-pairings/default") == done)
        #expect(try await runs.runs() == [done])
    }

    private static func concurrent(_ backend: any RecordsUnderTest) async throws {
        let elsewhere = try await backend.another()
        for day in 0..<3 {
            let taken = try await concurrently(20) { number in
                try await (number % 2 == 0 ? backend : elsewhere).phaseRuns.begin(run(.skipped, day: day))
            }
            #expect(taken.count(where: \.self) == 1, "day \(day)")
        }
    }

    private static func takenOver(_ backend: any RecordsUnderTest) async throws {
        let runs = backend.phaseRuns
        #expect(try await runs.begin(run(token: 5)))
        #expect(try await runs.begin(run(token: 5)), "a call that is made again")
        #expect(try await !runs.begin(run(token: 4)), "an older lease")
        #expect(try await runs.begin(run(token: 6)))
        try await runs.finish(run(.done, token: 5))
        try await runs.finish(run(.failed, token: 7))
        try await runs.finish(run(.done, day: 1, token: 6))
        #expect(try await runs.lastRun("plan-pairings/default") == run(token: 6))
        try await runs.finish(run(.done, token: 6))
        try await runs.finish(run(.failed, token: 6, note: "too late"))
        #expect(try await runs.lastRun("plan-pairings/default") == run(.done, token: 6))
    }

    private static func outcomes(_ backend: any RecordsUnderTest) async throws {
        let runs = backend.phaseRuns
        #expect(try await runs.begin(run(token: 3)))
        try await runs.finish(run(.failed, token: 3, note: "no store"))
        #expect(try await !runs.begin(run(token: 2)), "an older lease")
        #expect(try await runs.begin(run(token: 3)))
        #expect(try await runs.lastRun("plan-pairings/default") == run(token: 3), "nothing is left of the failure")
        try await runs.finish(run(.done, token: 3))
        for token in [Int64(3), 4] { #expect(try await !runs.begin(run(token: token))) }
        #expect(try await runs.begin(run(.skipped, day: 1, token: 4)))
        #expect(try await !runs.begin(run(day: 1, token: 5)))
        #expect(try await runs.lastRun("plan-pairings/default") == run(.skipped, day: 1, token: 4))
    }

    private static func order(_ backend: any RecordsUnderTest) async throws {
        let runs = backend.phaseRuns
        #expect(try await runs.begin(run(day: 2, token: 9)))
        #expect(try await !runs.begin(run(day: 1, token: 10, started: .seconds(2 * 86_400))))
        #expect(try await runs.begin(run(day: 3, token: 1)), "tokens of another lease engine may be smaller")
        try await runs.finish(run(.done, day: 2, token: 9))
        #expect(try await runs.lastRun("plan-pairings/default") == run(day: 3, token: 1))
    }

    private static func ahead(_ backend: any RecordsUnderTest) async throws {
        let runs = backend.phaseRuns
        let due = Duration.seconds(9 * 86_400)
        for outcome in PhaseRun.Outcome.allCases {
            #expect(try await runs.begin(run(outcome, day: 9, token: 9)))
            let near = run(day: 1, token: 10, started: due - .seconds(3600))
            #expect(try await !runs.begin(near), "clocks may differ by an hour: \(outcome)")
            #expect(try await runs.lastRun("plan-pairings/default") == run(outcome, day: 9, token: 9))
            let right = run(day: 1, token: 2, started: due - .milliseconds(3_600_001))
            #expect(try await runs.begin(right), "\(outcome)")
            #expect(try await runs.lastRun("plan-pairings/default") == right, "\(outcome)")
            try await runs.finish(run(.done, day: 9, token: 9))
            #expect(try await runs.lastRun("plan-pairings/default") == right, "\(outcome)")
        }
    }

    private static func aheadConcurrently(_ backend: any RecordsUnderTest) async throws {
        let elsewhere = try await backend.another()
        #expect(try await backend.phaseRuns.begin(run(.done, day: 9, token: 9)))
        let taken = try await concurrently(20) { number in
            try await (number % 2 == 0 ? backend : elsewhere).phaseRuns.begin(run(.skipped, day: 1))
        }
        #expect(taken.count(where: \.self) == 1)
        #expect(try await backend.phaseRuns.lastRun("plan-pairings/default") == run(.skipped, day: 1))
    }

    private static func lastDone(_ backend: any RecordsUnderTest) async throws {
        let runs = backend.phaseRuns
        #expect(try await runs.lastDone() == [:])
        #expect(try await runs.begin(run(phase: "never")))
        #expect(try await runs.begin(run()))
        #expect(try await runs.lastDone() == [:])
        try await runs.finish(run(.done))
        #expect(try await runs.lastDone() == ["plan-pairings/default": run().occurrence])
        for day in 1...2 {
            #expect(try await runs.begin(run(day: day)))
            try await runs.finish(run(.failed, day: day, note: "$no store"))
            #expect(try await runs.begin(run(day: day)), "another try")
            #expect(try await runs.lastDone() == ["plan-pairings/default": run().occurrence])
        }
        #expect(try await runs.begin(run(.skipped, day: 3, note: "$outcome")))
        #expect(try await runs.lastRun("plan-pairings/default") == run(.skipped, day: 3, note: "$outcome"))
        #expect(try await runs.lastDone() == ["plan-pairings/default": run().occurrence])
        #expect(try await runs.begin(run(day: 4)))
        try await runs.finish(run(.done, day: 4))
        #expect(try await runs.lastDone() == ["plan-pairings/default": run(day: 4).occurrence])
    }

    private static func lastDoneAhead(_ backend: any RecordsUnderTest) async throws {
        let runs = backend.phaseRuns
        #expect(try await runs.begin(run(.done, day: 9)))
        #expect(try await runs.begin(run(.skipped, day: 10)))
        #expect(try await runs.lastDone() == ["plan-pairings/default": run(day: 9).occurrence])
        #expect(try await runs.begin(run(day: 1)))
        #expect(try await runs.lastDone() == [:])
        #expect(try await runs.begin(run(.done, day: 9)))
        #expect(try await runs.begin(run(day: 1)))
        #expect(try await runs.lastDone() == [:])
    }

    private static func phases(_ backend: any RecordsUnderTest) async throws {
        let runs = backend.phaseRuns
        let all = ["plan-pairings/night", "enqueue-due", "plan-pairings/default"].map { run(phase: $0) }
        for run in all { #expect(try await runs.begin(run)) }
        #expect(try await runs.runs() == all.sorted { $0.phase < $1.phase })
        #expect(try await runs.lastRun("plan-pairings") == nil)
    }

    private static func elsewhere(_ backend: any RecordsUnderTest) async throws {
        #expect(try await backend.phaseRuns.begin(run()))
        let other = try await backend.another()
        #expect(try await other.phaseRuns.lastRun("plan-pairings/default") == run())
        #expect(try await other.phaseRuns.begin(run(token: 2)))
        #expect(try await backend.phaseRuns.runs() == [run(token: 2)])
    }
}
