import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

/// What planning makes of earlier plans and of people's wishes.
@Suite(.timeLimit(.minutes(2)))
struct PlanHistoryTests {
    private func crowd(_ count: Int, in world: World) async throws -> [User.ID] {
        var people: [User.ID] = []
        for number in 0..<count { people.append(try await world.person("user_\(number)").id) }
        return people
    }

    private static var twoPools: PipelineSettings {
        World.settings { settings in
            var night = settings.defaultPool
            night.name = "night"
            settings.otherPools = [night]
        }
    }

    /// Plans so many days in a row, each at noon.
    private func days(
        _ count: Int, in world: World, _ settings: PipelineSettings = World.settings(), pool: String? = nil
    ) async throws -> [PlanDraft] {
        var drafts: [PlanDraft] = []
        for _ in 0..<count {
            let result = try await world.planning(settings).run(pool: pool)
            #expect(result.status == .planned)
            drafts.append(try #require(result.draft))
            world.clock.advance(by: .seconds(86_400))
        }
        return drafts
    }

    /// Who met whom, each two once.
    private func meetings(_ draft: PlanDraft) -> [Set<User.ID>] {
        draft.pairings.flatMap { pairing -> [Set<User.ID>] in
            if pairing.turns == .star { return pairing.messages.map { [$0.sender.id, $0.receiver.id] } }
            let ids = pairing.members.map(\.id)
            return ids.indices.flatMap { first in ids.indices.dropFirst(first + 1).map { [ids[first], ids[$0]] } }
        }
    }

    /// While everybody has met less than half of the others, everybody can meet somebody new.
    @Test(arguments: [(12, .trio), (13, .trio), (13, .double), (13, .skip)] as [(Int, Configuration.Schedule.OddUser)])
    func nobodyMeetsAgainWhileThereIsAnotherChoice(count: Int, odd: Configuration.Schedule.OddUser) async throws {
        try await World.with { world in
            _ = try await crowd(count, in: world)
            let settings = World.settings { $0.defaultPool.oddUser = odd }
            let drafts = try await days(4, in: world, settings)
            let all = drafts.flatMap(meetings)
            #expect(Set(all).count == all.count)
            #expect(drafts.allSatisfy { $0.plan.notes.repeated == 0 })
        }
    }

    @Test func whoHasNoOtherChoiceMeetsWhomTheyMetLongestAgo() async throws {
        try await World.with { world in
            _ = try await crowd(4, in: world)
            let drafts = try await days(6, in: world)
            for day in 0..<3 { #expect(Set(meetings(drafts[day])) == Set(meetings(drafts[day + 3]))) }
            #expect(drafts.prefix(3).flatMap { $0.pairings }.allSatisfy { $0.lastMet == nil })
            for pairing in drafts[4].pairings {
                #expect(pairing.reason == .repeated && pairing.lastMet == drafts[1].plan.date)
            }
            #expect(drafts[4].plan.notes.repeated == 2)
        }
    }

    @Test(arguments: [(1, 0), (0, 1)])
    func onlySoManyRoundsOrDaysAreLookedBackOn(rounds: Int, days back: Int) async throws {
        try await World.with { world in
            _ = try await crowd(4, in: world)
            let settings = World.settings {
                $0.defaultPool.avoidRounds = rounds
                $0.defaultPool.avoidDays = back
            }
            let drafts = try await days(6, in: world, settings)
            for (one, next) in zip(drafts, drafts.dropFirst()) {
                #expect(Set(meetings(one)).isDisjoint(with: meetings(next)))
            }
            #expect(drafts.allSatisfy { $0.plan.notes.repeated == 0 }, "further back nothing counts")
        }
    }

    @Test func whoRestsTakesTurns() async throws {
        try await World.with { world in
            let people = try await crowd(5, in: world)
            // Where nobody is to meet again, somebody may have to rest for that who has rested before.
            let settings = World.settings {
                $0.defaultPool.oddUser = .skip
                $0.defaultPool.avoidRounds = 0
            }
            let drafts = try await days(5, in: world, settings)
            #expect(Set(drafts.compactMap(\.plan.rested)) == Set(people))
            for draft in drafts { #expect(draft.leftOut.map(\.user.id) == [draft.plan.rested]) }
        }
    }

    @Test func aWeeklyLimitLeavesOutUntilSevenDaysHaveGone() async throws {
        try await World.with { world in
            let people = try await crowd(4, in: world)
            _ = try await world.store.users.update(
                people[0], UserChange(weeklyLimit: .some(2)), at: world.clock.now)
            let drafts = try await days(9, in: world)
            let left = drafts.map { draft in draft.leftOut.map { [$0.user.id.description, $0.cause.rawValue] } }
            let out = [[people[0].description, "weekly_limit"]]
            #expect(left == [[], [], out, out, out, out, out, [], []])
            #expect(drafts[2].plan.figures == PlanFigures(users: 4, pairings: 1, messages: 2, leftOut: 1))
            #expect(drafts[2].plan.notes.causes == [.weeklyLimit: 1])
        }
    }

    @Test func thePoolsWeeklyLimitIsForThoseWithoutOneOfTheirOwn() async throws {
        try await World.with { world in
            let people = try await crowd(4, in: world)
            for person in people.prefix(2) {
                _ = try await world.store.users.update(person, UserChange(weeklyLimit: .some(7)), at: world.clock.now)
            }
            let settings = World.settings { $0.defaultPool.weeklyLimit = 0 }
            let drafts = try await days(8, in: world, settings)
            for draft in drafts {
                #expect(draft.leftOut.map(\.user.id) == Array(people.suffix(2)))
                #expect(draft.leftOut.allSatisfy { $0.cause == .weeklyLimit })
            }
        }
    }

    @Test func whoPausesIsBackOnTheDay() async throws {
        try await World.with { world in
            let people = try await crowd(4, in: world)
            let back = PlanDate(daysSince1970: world.planning().today.daysSince1970 + 2)
            _ = try await world.store.users.update(
                people[3], UserChange(pausedUntil: .some(back)), at: world.clock.now)
            let drafts = try await days(3, in: world)
            for draft in drafts.prefix(2) {
                let left = try #require(draft.leftOut.map { $0 }.first)
                #expect(left.user.id == people[3] && left.cause == .paused && left.until == back)
            }
            #expect(drafts[2].leftOut.map(\.cause) == [])
        }
    }

    @Test func whoExcludesAndWhoIsExcludedAreNeverTogether() async throws {
        try await World.with { world in
            let people = try await crowd(4, in: world)
            try await world.store.exclusions.exclude(people[1], by: people[0], at: world.clock.now)
            try await world.store.exclusions.exclude(people[0], by: people[2], at: world.clock.now)
            for seed in 0..<12 as Range<UInt64> {
                let draft = try #require(try await world.planning().run(seed: seed, dryRun: true).draft)
                #expect(meetings(draft).contains([people[0], people[3]]))
            }
            try await world.store.exclusions.exclude(people[3], by: people[0], at: world.clock.now)
            let draft = try #require(try await world.planning().run().draft)
            let left = draft.leftOut.map { $0 }
            #expect(left.contains { $0.user.id == people[0] && $0.cause == .excluded })
            #expect(!meetings(draft).contains { $0.contains(people[0]) })
        }
    }

    @Test func poolsArePlannedApart() async throws {
        try await World.with { world in
            let people = try await crowd(7, in: world)
            for person in people.prefix(3) {
                _ = try await world.store.users.update(person, UserChange(pool: "night"), at: world.clock.now)
            }
            let settings = Self.twoPools
            let planning = world.planning(settings)
            let night = try #require(try await planning.run(pool: "night").draft)
            let rest = try #require(try await planning.run().draft)
            #expect(night.plan.pool == "night" && rest.plan.pool == Plan.defaultPool)
            #expect(Set(night.pairings.flatMap(\.members).map(\.id)) == Set(people.prefix(3)))
            #expect(Set(rest.pairings.flatMap(\.members).map(\.id)) == Set(people.suffix(4)))
            await expect(.configuration) { try await planning.run(pool: "noon") }
        }
    }

    @Test func whoChangesPoolsIsPlannedOnceADayAndMeetsNobodyAgain() async throws {
        try await World.with { world in
            _ = try await crowd(4, in: world)
            let settings = Self.twoPools
            let first = try await days(1, in: world, settings)[0]
            // Two who met, and one of the others.
            let pairs = meetings(first).map { $0.sorted() }
            world.clock.advance(by: .seconds(-86_400))
            for person in pairs[0] + pairs[1].prefix(1) {
                _ = try await world.store.users.update(person, UserChange(pool: "night"), at: world.clock.now)
            }
            _ = try await world.person("newcomer")
            let same = try await world.planning(settings).run(pool: "night", dryRun: true)
            #expect(same.status == .nothingToPlan)
            #expect(same.plan.notes.causes == [.plannedElsewhere: 3])
            world.clock.advance(by: .seconds(86_400))
            // Three people and two who met: it is a trio all the same, and says so.
            let next = try await days(1, in: world, settings, pool: "night")[0]
            #expect(next.plan.notes.repeated == 1)
            #expect(next.pairings.first?.lastMet == first.plan.date)
        }
    }
}
