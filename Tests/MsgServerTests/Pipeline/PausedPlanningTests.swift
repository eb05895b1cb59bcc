import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PausedPlanningTests {
    @Test func whoPausesOnTheDayIsLeftOutWithTheCause() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cid", "dora")
            let dates = try ["2026-02-01", "2026-02-02", "2026-02-03"].map { try #require(PlanDate($0)) }
            try await world.change(people[1], UserChange(pausedUntil: .some(dates[1])))
            try await world.change(people[2], UserChange(pausedUntil: .some(dates[2])))
            var paused: [[User.ID]] = []
            for date in dates {
                let result = try await world.planning().run(date: date, dryRun: true)
                let draft = try #require(result.draft)
                paused.append(draft.leftOut.filter { $0.cause == .paused }.map(\.user.id))
                #expect(draft.plan.figures.users == 4 && draft.plan.figures.leftOut == paused.last?.count)
                #expect(draft.plan.notes.causes[.paused, default: 0] == paused.last?.count)
            }
            #expect(paused == [[people[1].id, people[2].id], [people[2].id], []])
        }
    }
}
