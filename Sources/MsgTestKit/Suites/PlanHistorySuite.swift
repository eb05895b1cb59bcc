import Foundation
import MsgKit
import Testing

/// The rules of what ``PlanStore`` keeps of plans: what became of whom, and what they were made by.
public enum PlanHistorySuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("chunks come back as they were added, in their order", inOrder),
        .init("a chunk of five thousand users is kept", large),
        .init("a chunk that is not the next one is refused", gap),
        .init("an id that is not greater than all before is refused", twice),
        .init("a chunk that is not whole is refused", notWhole),
        .init("of concurrent chunks of a number one is added", concurrent),
        .init("an older lease adds no chunk", olderLease),
        .init("a complete plan takes no chunk", complete),
        .init("the chunks of a dropped plan are gone", dropped),
        .init("settings, figures, notes and who rested are kept", details),
        .init("plans are listed newest date first, then by pool", order),
        .init("plans are found by pool, dates and state", filters),
    ]

    private static func ids(_ stage: Stage, _ count: Int) -> [User.ID] {
        (0..<count).map { _ in stage.make.id() as User.ID }.sorted()
    }

    private static func begun(
        _ backend: any RecordsUnderTest
    ) async throws -> (stage: Stage, plan: Plan, lease: Lease) {
        let stage = Stage(backend)
        let lease = stage.make.lease(token: 2)
        return (stage, try await backend.plans.begin(stage.make.plan(), under: lease), lease)
    }

    private static func chunks(of plan: Plan, _ backend: any RecordsUnderTest) async throws -> [PlanChunk] {
        var chunks: [PlanChunk] = []
        while let chunk = try await backend.plans.chunk(chunks.count, of: plan.id) { chunks.append(chunk) }
        return chunks
    }

    private static func inOrder(_ backend: any RecordsUnderTest) async throws {
        let (stage, plan, lease) = try await begun(backend)
        let users = ids(stage, 30)
        let places: [PlanPlace] =
            LeftOut.Cause.allCases.map { .leftOut($0) }
            + [.inPairing(0, role: 2, .repeated), .inPairing(PlanPlace.maximumPairings - 1, role: 1, .exchanged)]
        var expected: [PlanChunk] = []
        for number in 0..<3 {
            let part = Array(users[(number * 10)..<(number * 10 + 10)])
            let chunk = PlanChunk(number: number, users: part, places: places)
            try await backend.plans.append(chunk, to: plan.id, under: lease)
            expected.append(chunk)
        }
        #expect(try await chunks(of: plan, backend) == expected)
        _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: stage.second(1), under: lease)
        #expect(try await chunks(of: plan, backend) == expected)
        #expect(try await backend.plans.chunk(-1, of: plan.id) == nil)
        #expect(try await backend.plans.chunk(0, of: stage.make.id()) == nil)
    }

    private static func large(_ backend: any RecordsUnderTest) async throws {
        let (stage, plan, lease) = try await begun(backend)
        let chunk = stage.make.chunk(0, of: ids(stage, PlanChunk.maximumUsers))
        try await backend.plans.append(chunk, to: plan.id, under: lease)
        #expect(try await backend.plans.chunk(0, of: plan.id) == chunk)
    }

    private static func gap(_ backend: any RecordsUnderTest) async throws {
        let (stage, plan, lease) = try await begun(backend)
        let users = ids(stage, 9)
        func refused(_ number: Int, _ users: ArraySlice<User.ID>) async {
            await expectError(.conflict, when: "it is not the next") {
                try await backend.plans.append(stage.make.chunk(number, of: Array(users)), to: plan.id, under: lease)
            }
        }
        await refused(1, users[0..<3])
        await refused(-1, users[0..<3])
        try await backend.plans.append(stage.make.chunk(0, of: Array(users[0..<3])), to: plan.id, under: lease)
        await refused(0, users[3..<6])
        await refused(2, users[3..<6])
        try await backend.plans.append(stage.make.chunk(1, of: Array(users[3..<6])), to: plan.id, under: lease)
        #expect(try await chunks(of: plan, backend).flatMap(\.users) == Array(users[0..<6]))
    }

    private static func twice(_ backend: any RecordsUnderTest) async throws {
        let (stage, plan, lease) = try await begun(backend)
        let users = ids(stage, 9)
        try await backend.plans.append(stage.make.chunk(0, of: Array(users[2..<5])), to: plan.id, under: lease)
        for part in [users[4..<7], users[0..<2], users[2..<5], users[1..<9]] {
            await expectError(.conflict, when: "somebody has a place already, or comes too late") {
                try await backend.plans.append(stage.make.chunk(1, of: Array(part)), to: plan.id, under: lease)
            }
        }
        try await backend.plans.append(stage.make.chunk(1, of: Array(users[5..<9])), to: plan.id, under: lease)
        #expect(try await chunks(of: plan, backend).flatMap(\.users) == Array(users[2..<9]))
    }

    private static func notWhole(_ backend: any RecordsUnderTest) async throws {
        let (stage, plan, lease) = try await begun(backend)
        let users = ids(stage, PlanChunk.maximumUsers + 1)
        var short = stage.make.chunk(0, of: Array(users[0..<2]))
        short.places.removeLast()
        for chunk in [
            stage.make.chunk(0, of: []), stage.make.chunk(0, of: [users[1], users[0]]),
            stage.make.chunk(0, of: [users[0], users[0]]), stage.make.chunk(0, of: users), short,
        ] {
            await expectError(.conflict, when: "it is not whole") {
                try await backend.plans.append(chunk, to: plan.id, under: lease)
            }
        }
        #expect(try await chunks(of: plan, backend) == [])
    }

    private static func concurrent(_ backend: any RecordsUnderTest) async throws {
        let (stage, plan, lease) = try await begun(backend)
        let users = ids(stage, 20)
        let added = try await concurrently(10) { number in
            do {
                let part = Array(users[(number * 2)..<(number * 2 + 2)])
                try await backend.plans.append(stage.make.chunk(0, of: part), to: plan.id, under: lease)
                return true
            } catch let error as MsgError where error.code == .conflict {
                return false
            }
        }
        let first = try #require(added.firstIndex(of: true))
        #expect(added.count { $0 } == 1)
        #expect(try await chunks(of: plan, backend).flatMap(\.users) == Array(users[(first * 2)..<(first * 2 + 2)]))
    }

    private static func olderLease(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let (older, newer) = (stage.make.lease(token: 1), stage.make.lease(token: 2))
        let first = try await backend.plans.begin(stage.make.plan(), under: older)
        let second = try await backend.plans.begin(stage.make.plan(), under: newer)
        let chunk = stage.make.chunk(0, of: ids(stage, 2))
        for plan in [first, second] {
            await expectError(.leaseHeld, when: "the plan is not this lease's any more") {
                try await backend.plans.append(chunk, to: plan.id, under: older)
            }
            #expect(try await chunks(of: plan, backend) == [])
        }
        try await backend.plans.append(chunk, to: second.id, under: newer)
    }

    private static func complete(_ backend: any RecordsUnderTest) async throws {
        let (stage, plan, lease) = try await begun(backend)
        _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: stage.second(1), under: lease)
        await expectError(.leaseHeld, .conflict, when: "the plan is complete") {
            try await backend.plans.append(stage.make.chunk(0, of: ids(stage, 2)), to: plan.id, under: lease)
        }
        #expect(try await chunks(of: plan, backend) == [])
    }

    private static func dropped(_ backend: any RecordsUnderTest) async throws {
        let (stage, plan, lease) = try await begun(backend)
        let chunk = stage.make.chunk(0, of: ids(stage, 4))
        try await backend.plans.append(chunk, to: plan.id, under: lease)
        let next = try await backend.plans.begin(stage.make.plan(), under: lease)
        #expect(try await chunks(of: plan, backend) == [])
        #expect(try await chunks(of: next, backend) == [])
        try await backend.plans.append(chunk, to: next.id, under: lease)
        #expect(try await chunks(of: next, backend) == [chunk])
    }

    private static func details(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let lease = stage.make.lease(token: 1)
        var plan = stage.make.plan()
        plan.settings = PlanSettings(
            windowStart: try #require(TimeOfDay("09:00")), windowEnd: try #require(TimeOfDay("18:30:59")),
            timeZone: "Europe/Istanbul", oddUser: .double, avoidRounds: 14, avoidDays: 3, weeklyLimit: 7,
            templates: ["Merhaba {receiver} 🎈 \"ç\"", "Hi {sender}"])
        #expect(try await backend.plans.begin(plan, under: lease) == plan)
        let find = { try await backend.plans.plan(pool: plan.pool, date: plan.date) }
        #expect(try await find() == plan)
        plan.figures = PlanFigures(users: 9, pairings: 4, messages: 4, leftOut: 1)
        plan.notes = PlanNotes(
            late: 1, nextDay: 2, exchanged: 3, repeated: 4, causes: [.rest: 1, .plannedElsewhere: 5, .optedOut: 6])
        plan.rested = stage.make.id()
        plan.completedAt = stage.second(3)
        let outcome = PlanOutcome(figures: plan.figures, notes: plan.notes, rested: plan.rested)
        #expect(try await backend.plans.complete(plan.id, outcome, at: stage.second(3), under: lease) == plan)
        #expect(try await find() == plan)
        let again = try await backend.plans.complete(plan.id, PlanOutcome(), at: stage.second(4), under: lease)
        #expect(again == plan, "it is complete once")
    }

    /// Plans of three pools on four days; those of the last day are unfinished.
    private static func calendar(_ backend: any RecordsUnderTest) async throws -> (stage: Stage, plans: [Plan]) {
        let stage = Stage(backend)
        let lease = stage.make.lease(token: 1)
        var plans: [Plan] = []
        for (day, pool) in [(1, "b"), (3, "a"), (0, "c"), (3, "c"), (1, "a"), (0, "a"), (2, "b"), (2, "a"), (3, "b")] {
            var plan = try await backend.plans.begin(
                stage.make.plan(pool: pool, date: stage.make.planDate(day)), under: lease)
            if day < 3 {
                plan = try await backend.plans.complete(plan.id, PlanOutcome(), at: stage.second(day), under: lease)
            }
            plans.append(plan)
        }
        return (stage, plans)
    }

    private static func order(_ backend: any RecordsUnderTest) async throws {
        let (_, plans) = try await calendar(backend)
        let expected = plans.sorted {
            ($1.date.description, $0.pool) < ($0.date.description, $1.pool)
        }
        for limit in [1, 2, 4, 100] {
            var seen: [Plan] = []
            for number in 1...10 {
                let page = try await backend.plans.plans(
                    matching: PlanFilter(), page: PageRequest(page: number, limit: limit))
                #expect(page.total == 9 && page.items.count <= limit)
                seen += page.items
            }
            #expect(seen == expected, "in pages of \(limit)")
        }
    }

    private static func filters(_ backend: any RecordsUnderTest) async throws {
        let (stage, plans) = try await calendar(backend)
        let days = (0..<4).map { stage.make.planDate($0) }
        for pool in [nil, "a", "c", "nobody"] {
            for (from, through) in [(nil, nil), (1, nil), (nil, 2), (1, 2), (3, 3), (2, 1)] as [(Int?, Int?)] {
                for isComplete in [nil, true, false] {
                    let filter = PlanFilter(
                        pool: pool, from: from.map { days[$0] }, through: through.map { days[$0] },
                        isComplete: isComplete)
                    let found = try await backend.plans.plans(matching: filter, page: PageRequest(limit: 100))
                    let expected = plans.filter { plan in
                        let day = days.firstIndex(of: plan.date) ?? -1
                        return (pool.map { plan.pool == $0 } ?? true) && day >= from ?? 0 && day <= through ?? 9
                            && (isComplete.map { $0 == (plan.completedAt != nil) } ?? true)
                    }
                    #expect(Set(found.items.map(\.id)) == Set(expected.map(\.id)), "\(filter)")
                    #expect(found.total == expected.count)
                }
            }
        }
    }
}
