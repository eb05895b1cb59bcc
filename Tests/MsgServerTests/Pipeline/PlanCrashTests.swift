import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

/// A plan is whole or not there, whatever becomes of the processes that make it.
@Suite(.timeLimit(.minutes(5)))
struct PlanCrashTests {
    private let batches = PlanBatches(users: 2, messages: 1)

    private func crowd(_ count: Int, in world: World) async throws -> [User.ID] {
        var people: [User.ID] = []
        for number in 0..<count { people.append(try await world.person("user_\(number)", isActive: number != 2).id) }
        return people
    }

    /// Everybody has one place in the stored plan, and each pairing its messages.
    private func expectWhole(_ plan: Plan, of people: [User.ID], in world: World) async throws {
        var users: [User.ID] = []
        var pairings: [Int: Int] = [:]
        var left = 0
        while let chunk = try await world.store.plans.chunk(users.count / batches.users, of: plan.id) {
            users += chunk.users
            for place in chunk.places {
                if let pairing = place.pairing { pairings[pairing.number, default: 0] += 1 }
                if place.cause != nil { left += 1 }
            }
        }
        #expect(users == people)
        #expect(pairings.keys.sorted() == Array(0..<plan.figures.pairings))
        #expect(pairings.values.reduce(left, +) == people.count)
        let messages = try await world.pending()
        #expect(messages.count == plan.figures.messages)
        #expect(messages.count == pairings.values.reduce(0) { $0 + $1 - 1 })
        #expect(Set(messages.flatMap { [$0.sender, $0.receiver] }).count == people.count - left)
    }

    @Test(arguments: [false, true])
    func killedAtAnyCallItIsPlannedWholeByTheNext(after: Bool) async throws {
        var call = 0
        var isOver = false
        while !isOver {
            call += 1
            try await World.with { world in
                let people = try await crowd(8, in: world)
                let death = Death(atCall: call, after: after)
                let dying = world.planning(
                    node: .random(), leases: DyingLeases(store: world.store.leases, death: death),
                    plans: DyingPlans(store: world.store.plans, death: death),
                    conversations: DyingConversations(store: world.store.conversations, death: death),
                    batches: batches)
                do {
                    _ = try await dying.run()
                    isOver = !death.hasCome
                } catch {
                    #expect(death.hasCome)
                }
                // A lease that nobody gives back ends.
                world.clock.advance(by: .seconds(30))
                let next = try await world.planning(node: .random(), batches: batches).run()
                #expect(next.status != .nothingToPlan)
                try await expectWhole(next.plan, of: people, in: world)
            }
        }
        #expect(call > 20, "every call had its turn")
    }

    @Test func theSameSeedPlansTheSameInOtherBatches() async throws {
        var plans: [[String]] = []
        for batches in [PlanBatches(), PlanBatches(users: 3, messages: 2), PlanBatches(users: 1, messages: 1)] {
            try await World.with { world in
                _ = try await crowd(12, in: world)
                let draft = try #require(try await world.planning(batches: batches).run(seed: 11).draft)
                let names = Dictionary(
                    uniqueKeysWithValues: draft.pairings.flatMap(\.members).map { ($0.id, $0.username) })
                plans.append(
                    try await world.pending().map {
                        "\(names[$0.sender] ?? "") \(names[$0.receiver] ?? "") \($0.sendDate.iso8601) \($0.content)"
                    }.sorted())
            }
        }
        #expect(plans[0].count == 6)
        #expect(plans[0] == plans[1] && plans[0] == plans[2])
    }

    @Test func ofTwoAtOnceOneWaitsAndFindsItDone() async throws {
        try await World.with { world in
            _ = try await crowd(10, in: world)
            let outcomes = try await withThrowingTaskGroup(of: PlanResult.self) { group in
                for _ in 0..<3 {
                    group.addTask { try await world.planning(node: .random()).run(waiting: .seconds(60)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0.status == .planned } == 1)
            #expect(outcomes.count { $0.status == .alreadyPlanned } == 2)
            #expect(Set(outcomes.map(\.plan.id)).count == 1)
        }
    }

    @Test func whoWaitsSaysSoOnceAndGivesUp() async throws {
        try await World.with { world in
            _ = try await crowd(4, in: world)
            let lease = try await world.store.leases.acquire(
                "plan-pairings", holder: .random(), at: world.clock.now,
                until: world.clock.now.later(by: .seconds(60)))
            #expect(lease != nil)
            let told = Journal<Bool>()
            await expect(.leaseHeld) {
                try await world.planning().run(waiting: .milliseconds(600), onWait: { told.note(true) })
            }
            #expect(told.entries == [true])
        }
    }

    @Test func aDryRunWithAPlansSeedExplainsIt() async throws {
        try await World.with { world in
            _ = try await crowd(9, in: world)
            let made = try await world.planning().run(seed: 5)
            let again = try await world.planning().run(dryRun: true)
            #expect(again.status == .alreadyPlanned && again.draft == nil)
            let explained = try await world.planning().run(seed: 5, dryRun: true)
            #expect(explained.status == .planned)
            let drafts = [try #require(explained.draft), try #require(made.draft)]
            #expect(drafts[0].pairings.map { $0 } == drafts[1].pairings.map { $0 })
            #expect(explained.plan.settings == made.plan.settings)
        }
    }
}
