import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

/// What planning makes of later days that are planned already.
@Suite(.timeLimit(.minutes(2)))
struct PlanOrderTests {
    private func crowd(_ count: Int, in world: World) async throws {
        for number in 0..<count { _ = try await world.person("user_\(number)") }
    }

    /// Plans days from today on in an order, each a second after the one before.
    private func results(
        _ order: [Int], in world: World, _ settings: PipelineSettings = World.settings()
    ) async throws -> [PlanResult] {
        let planning = world.planning(settings)
        var results: [PlanResult] = []
        for day in order {
            results.append(try await planning.run(date: date(day, in: world)))
            world.clock.advance(by: .seconds(1))
        }
        return results
    }

    private func drafts(
        _ order: [Int], in world: World, _ settings: PipelineSettings = World.settings()
    ) async throws -> [PlanDraft] {
        try await results(order, in: world, settings).map { result in
            #expect(result.status == .planned)
            return try #require(result.draft)
        }
    }

    private func date(_ day: Int, in world: World) -> PlanDate {
        PlanDate(daysSince1970: world.planning().today.daysSince1970 + day)
    }

    private func pairs(_ draft: PlanDraft) -> [Set<User.ID>] { draft.pairings.map { Set($0.members.map(\.id)) } }

    @Test func aWeeklyLimitHoldsInWhateverOrderDaysArePlanned() async throws {
        try await World.with { world in
            try await crowd(4, in: world)
            let settings = World.settings { $0.defaultPool.weeklyLimit = 1 }
            let results = try await results([5, 0, 11, 12, 19, 18], in: world, settings)
            #expect(
                results.map(\.status) == [
                    .planned, .nothingToPlan, .nothingToPlan, .planned, .planned, .nothingToPlan,
                ])
            for result in results where result.status == .nothingToPlan {
                #expect(result.plan.notes.causes == [.weeklyLimit: 4])
            }
        }
    }

    /// Days before and after count together where seven days in a row hold them.
    @Test func aWeeklyLimitCountsBothWays() async throws {
        try await World.with { world in
            try await crowd(4, in: world)
            let settings = World.settings { $0.defaultPool.weeklyLimit = 2 }
            let results = try await results([0, 7, 3, 4, 10, 6], in: world, settings)
            // Of 4 and 6 the seven days from 0 have two already; those of 3 and of 10 have one.
            #expect(
                results.map(\.status) == [.planned, .planned, .planned, .nothingToPlan, .planned, .nothingToPlan])
        }
    }

    @Test func nobodyMeetsAPartnerOfADayThatIsPlannedAhead() async throws {
        try await World.with { world in
            try await crowd(12, in: world)
            let drafts = try await drafts([6, 3, 0, 1], in: world)
            let all = drafts.flatMap(pairs)
            #expect(Set(all).count == all.count)
            #expect(drafts.allSatisfy { $0.plan.notes.repeated == 0 })
        }
    }

    @Test(arguments: [(0, 0), (9, 2)])
    func onlySoManyDaysAheadAreLookedAt(avoidDays: Int, repeated: Int) async throws {
        try await World.with { world in
            try await crowd(4, in: world)
            let settings = World.settings { $0.defaultPool.avoidDays = avoidDays }
            // All that four can be paired.
            let drafts = try await drafts([7, 8, 9, 0], in: world, settings)
            #expect(drafts[3].plan.notes.repeated == repeated)
            guard repeated > 0 else { return }
            #expect(Set(pairs(drafts[3])) == Set(pairs(drafts[2])), "the farthest day")
            #expect(drafts[3].pairings.allSatisfy { $0.lastMet == drafts[2].plan.date })
        }
    }

    @Test func whoMustMeetAgainMeetsWhomTheyAreFarthestFrom() async throws {
        try await World.with { world in
            try await crowd(4, in: world)
            let drafts = try await drafts([1, 5, 3, 2], in: world)
            #expect(Set(pairs(drafts[3])) == Set(pairs(drafts[1])))
            #expect(drafts[3].pairings.allSatisfy { $0.reason == .repeated && $0.lastMet == drafts[1].plan.date })
        }
    }

    /// The one round that is looked back on is that of the day before, whatever comes after.
    @Test func daysAheadUseUpNoRounds() async throws {
        try await World.with { world in
            try await crowd(4, in: world)
            let settings = World.settings { $0.defaultPool.avoidRounds = 1 }
            let drafts = try await drafts([0, 2, 1], in: world, settings)
            let all = drafts.flatMap(pairs)
            #expect(Set(all).count == 6)
            #expect(drafts[2].plan.notes.repeated == 0)
        }
    }

    @Test(arguments: [(0, 0), (1, 1)])
    func whoLooksBackOnNoRoundsLooksAheadByDaysAlone(avoidDays: Int, repeated: Int) async throws {
        try await World.with { world in
            try await crowd(2, in: world)
            let settings = World.settings {
                $0.defaultPool.avoidRounds = 0
                $0.defaultPool.avoidDays = avoidDays
            }
            let drafts = try await drafts([3, 1, 0], in: world, settings)
            #expect(drafts.map(\.plan.notes.repeated) == [0, 0, repeated])
        }
    }

    /// To explain a plan it is drawn from what was known when it was made.
    @Test func whatWasPlannedAfterwardsDoesNotCountWhenADayIsDrawnAgain() async throws {
        try await World.with { world in
            try await crowd(2, in: world)
            let drafts = try await drafts([2, 4, 1], in: world)
            #expect(drafts.map(\.plan.notes.repeated) == [0, 1, 1])
            let again = try await world.planning().run(
                date: drafts[0].plan.date, seed: drafts[0].plan.seed, dryRun: true)
            #expect(again.draft?.plan.notes.repeated == 0)
            let last = try await world.planning().run(
                date: drafts[2].plan.date, seed: drafts[2].plan.seed, dryRun: true)
            #expect(last.draft?.plan.notes.repeated == 1)
        }
    }
}
