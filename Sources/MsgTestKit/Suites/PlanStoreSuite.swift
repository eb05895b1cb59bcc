import Foundation
import MsgKit
import Testing

/// The rules of ``PlanStore``.
public enum PlanStoreSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("candidates are a pool's users by id, in steps, with what planning asks of them", candidates),
        .init("pools are counted with everybody in them", pools),
        .init("a user who is moved is a candidate of the new pool alone", moved),
        .init("there is one plan of a pool and date, with every field", onePlan),
        .init("a plan is found before it is complete", foundUnfinished),
        .init("beginning a complete plan returns it as it is", beginComplete),
        .init("beginning an unfinished plan drops it with its messages and members", beginUnfinished),
        .init("nothing of a plan is due before it is complete", dueWhenComplete),
        .init("a message that is there already is refused, and nothing of the call is added", messageTwice),
        .init("a user is in the plans of several days", severalDays),
        .init("an older lease can't begin what a newer one has begun", olderBegins),
        .init("an older lease can't add to or complete what a newer one has begun", olderGoesOn),
        .init("of concurrent beginnings the newest lease's stays", concurrentBeginnings),
        .init("a complete plan takes no more messages", addToComplete),
        .init("a plan takes a thousand messages in one call", large),
    ]

    private static func people(
        _ backend: any RecordsUnderTest, count: Int = 4
    ) async throws -> (stage: Stage, users: [User], conversation: Conversation) {
        let stage = Stage(backend)
        let users = try await stage.users(count)
        return (stage, users, try await stage.group(users))
    }

    private static func candidates(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        var expected: [PlanCandidate] = []
        for number in 0..<20 {
            let user = try await stage.user(
                "user_\(99 - number)", isActive: number % 5 != 0, autoMessages: number % 3 != 0)
            let zone = number % 4 == 0 ? "Europe/Istanbul" : nil
            let pause = number % 6 == 0 ? stage.make.planDate(number) : nil
            let limit = number % 7 == 0 ? number % 8 : nil
            let change = UserChange(timeZone: .some(zone), pausedUntil: .some(pause), weeklyLimit: .some(limit))
            _ = try await backend.users.update(user.id, change, at: stage.second(1))
            expected.append(
                PlanCandidate(
                    id: user.id, username: user.username, timeZone: zone, isActive: number % 5 != 0,
                    autoMessages: number % 3 != 0, pausedUntil: pause, weeklyLimit: limit))
        }
        for limit in [1, 4, 100] {
            var seen: [PlanCandidate] = []
            while seen.count < 100 {
                let step = try await backend.plans.candidates(
                    of: Plan.defaultPool, after: seen.last?.id, limit: limit)
                #expect(step.count <= limit)
                if step.isEmpty { break }
                seen += step
            }
            #expect(seen == expected, "in steps of \(limit)")
        }
        _ = try await backend.users.update(expected[1].id, UserChange(isActive: false), at: stage.second(1))
        _ = try await backend.users.update(expected[2].id, UserChange(autoMessages: false), at: stage.second(1))
        _ = try await backend.users.update(expected[4].id, UserChange(timeZone: .some(nil)), at: stage.second(1))
        expected[1].isActive = false
        expected[2].autoMessages = false
        expected[4].timeZone = nil
        #expect(try await backend.plans.candidates(of: Plan.defaultPool, after: nil, limit: 100) == expected)
        #expect(try await backend.plans.candidates(of: "night", after: nil, limit: 100) == [])
    }

    private static func pools(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        #expect(try await backend.plans.pools() == [:])
        for number in 0..<12 {
            let user = try await stage.user("user_\(number)", isActive: number % 2 == 0, autoMessages: number % 5 != 0)
            guard number % 3 != 0 else { continue }
            // Told to be in the default one is the same as never told.
            let change = UserChange(pool: ["", "night", Plan.defaultPool][number % 3])
            _ = try await backend.users.update(user.id, change, at: stage.second(1))
        }
        #expect(try await backend.plans.pools() == [Plan.defaultPool: 8, "night": 4])
        #expect(try await backend.plans.candidates(of: Plan.defaultPool, after: nil, limit: 100).count == 8)
        #expect(try await backend.plans.candidates(of: "night", after: nil, limit: 100).count == 4)
    }

    private static func moved(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(4)
        func names(_ pool: String) async throws -> [String] {
            try await backend.plans.candidates(of: pool, after: nil, limit: 100).map(\.username)
        }
        _ = try await backend.users.update(users[1].id, UserChange(pool: "night"), at: stage.second(1))
        #expect(try await names(Plan.defaultPool) == ["user_0", "user_2", "user_3"])
        #expect(try await names("night") == ["user_1"])
        _ = try await backend.users.update(users[1].id, UserChange(pool: Plan.defaultPool), at: stage.second(2))
        #expect(try await names(Plan.defaultPool) == users.map(\.username))
        #expect(try await names("night") == [])
    }

    private static func onePlan(_ backend: any RecordsUnderTest) async throws {
        let (stage, _, _) = try await people(backend)
        let lease = stage.make.lease(token: 1)
        let dates = [stage.make.planDate(0), stage.make.planDate(1)]
        #expect(try await backend.plans.plan(pool: "default", date: dates[0]) == nil)
        for (number, (pool, date)) in [("default", dates[0]), ("default", dates[1]), ("other", dates[0])].enumerated() {
            var plan = stage.make.plan(pool: pool, date: date)
            plan.seed = UInt64.max - UInt64(number)
            plan.createdAt = stage.make.instant(.milliseconds(number))
            #expect(try await backend.plans.begin(plan, under: lease) == plan)
            plan.figures = PlanFigures(users: 5, pairings: 2, messages: 4, leftOut: number)
            plan.completedAt = stage.second(number)
            let complete = try await backend.plans.complete(
                plan.id, PlanOutcome(figures: plan.figures), at: stage.second(number), under: lease)
            #expect(complete == plan)
            #expect(try await backend.plans.plan(pool: pool, date: date) == plan)
        }
        #expect(try await backend.plans.plan(pool: "other", date: dates[1]) == nil)
    }

    private static func foundUnfinished(_ backend: any RecordsUnderTest) async throws {
        let (stage, _, _) = try await people(backend)
        let plan = stage.make.plan()
        _ = try await backend.plans.begin(plan, under: stage.make.lease(token: 1))
        let found = try #require(try await backend.plans.plan(pool: plan.pool, date: plan.date))
        #expect(found == plan)
        #expect(found.completedAt == nil)
    }

    private static func beginComplete(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await people(backend)
        let message = stage.make.autoMessage(by: users[0].id, to: users[1].id, in: group.id)
        try await stage.completePlan(of: [message])
        let complete = try #require(try await backend.plans.plan(pool: Plan.defaultPool, date: stage.make.planDate()))
        for token in [1, 2] as [Int64] {
            let again = try await backend.plans.begin(stage.make.plan(), under: stage.make.lease(token: token))
            #expect(again == complete)
        }
        #expect(try await backend.plans.plan(pool: Plan.defaultPool, date: stage.make.planDate()) == complete)
        #expect(try await backend.autoMessages.autoMessage(message.id) == message, "its messages stay")
    }

    private static func beginUnfinished(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await people(backend)
        let message = stage.make.autoMessage(by: users[0].id, to: users[1].id, in: group.id)
        for token in [1, 1, 2] as [Int64] {
            let (plan, lease) = (stage.make.plan(), stage.make.lease(token: token))
            #expect(try await backend.plans.begin(plan, under: lease) == plan)
            #expect(try await backend.autoMessages.autoMessage(message.id) == nil, "the messages were dropped")
            try await backend.plans.add([message], to: plan.id, under: lease)
            #expect(try await backend.autoMessages.autoMessage(message.id) == message)
            #expect(try await backend.plans.plan(pool: plan.pool, date: plan.date) == plan)
        }
    }

    private static func dueWhenComplete(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await people(backend)
        let (plan, lease) = (stage.make.plan(), stage.make.lease(token: 1))
        let message = stage.make.autoMessage(by: users[0].id, to: users[1].id, in: group.id, due: stage.second(-9))
        let store = backend.autoMessages
        _ = try await backend.plans.begin(plan, under: lease)
        try await backend.plans.add([message], to: plan.id, under: lease)
        #expect(try await store.due(at: stage.second(9), limit: 9) == [])
        _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: stage.second(1), under: lease)
        #expect(try await store.due(at: stage.second(9), limit: 9) == [message])
    }

    private static func messageTwice(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await people(backend)
        let (plan, lease) = (stage.make.plan(), stage.make.lease(token: 1))
        let messages = (0..<3).map { _ in stage.make.autoMessage(by: users[0].id, to: users[1].id, in: group.id) }
        _ = try await backend.plans.begin(plan, under: lease)
        try await backend.plans.add([messages[0]], to: plan.id, under: lease)
        for batch in [[messages[1], messages[0], messages[2]], [messages[1], messages[1]]] {
            await expectError(.conflict, when: "one is in the plan already, or twice in the call") {
                try await backend.plans.add(batch, to: plan.id, under: lease)
            }
        }
        #expect(try await backend.autoMessages.autoMessage(messages[0].id) == messages[0])
        #expect(try await backend.autoMessages.autoMessage(messages[1].id) == nil)
        #expect(try await backend.autoMessages.autoMessage(messages[2].id) == nil)
    }

    private static func severalDays(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await people(backend)
        for (number, lease) in [(0, stage.make.lease(token: 1)), (1, stage.make.lease(token: 2))] {
            let date = stage.make.planDate(number)
            let plan = try await backend.plans.begin(stage.make.plan(date: date), under: lease)
            let message = stage.make.autoMessage(by: users[0].id, to: users[1].id, in: group.id, date: date)
            try await backend.plans.add([message], to: plan.id, under: lease)
            _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: stage.second(1), under: lease)
        }
        let due = try await backend.autoMessages.due(at: stage.second(9), limit: 9)
        #expect(Set(due.map(\.planDate)) == [stage.make.planDate(0), stage.make.planDate(1)])
    }

    private static func olderBegins(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await people(backend)
        let newer = stage.make.lease(token: 7)
        let plan = try await backend.plans.begin(stage.make.plan(), under: newer)
        let message = stage.make.autoMessage(by: users[0].id, to: users[1].id, in: group.id)
        try await backend.plans.add([message], to: plan.id, under: newer)
        await expectError(.leaseHeld, when: "a newer lease has begun one") {
            try await backend.plans.begin(stage.make.plan(), under: stage.make.lease(token: 6))
        }
        #expect(try await backend.plans.plan(pool: plan.pool, date: plan.date) == plan)
        #expect(try await backend.autoMessages.autoMessage(message.id) == message)
    }

    private static func olderGoesOn(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await people(backend)
        let (older, newer) = (stage.make.lease(token: 1), stage.make.lease(token: 2))
        let (dropped, plan) = (stage.make.plan(), stage.make.plan())
        _ = try await backend.plans.begin(dropped, under: older)
        _ = try await backend.plans.begin(plan, under: newer)
        let message = stage.make.autoMessage(by: users[0].id, to: users[1].id, in: group.id)
        for id in [dropped.id, plan.id] {
            await expectError(.leaseHeld, when: "the plan is not this lease's any more") {
                try await backend.plans.add([message], to: id, under: older)
            }
            await expectError(.leaseHeld, when: "the plan is not this lease's any more") {
                try await backend.plans.complete(id, PlanOutcome(), at: stage.second(1), under: older)
            }
        }
        #expect(try await backend.autoMessages.autoMessage(message.id) == nil)
        #expect(try await backend.plans.plan(pool: plan.pool, date: plan.date) == plan)
        try await backend.plans.add([message], to: plan.id, under: newer)
        let complete = try await backend.plans.complete(
            plan.id, PlanOutcome(), at: stage.second(2), under: newer)
        #expect(complete.completedAt == stage.second(2))
    }

    private static func concurrentBeginnings(_ backend: any RecordsUnderTest) async throws {
        let (stage, _, _) = try await people(backend)
        let elsewhere = try await backend.another()
        let plans = (0..<12).map { _ in stage.make.plan() }
        let begun = try await concurrently(plans.count) { number -> Plan.ID? in
            do {
                let lease = stage.make.lease(token: Int64(number + 1))
                return try await (number % 2 == 0 ? backend : elsewhere).plans.begin(plans[number], under: lease).id
            } catch let error as MsgError where error.code == .leaseHeld {
                return nil
            }
        }
        #expect(begun.last == .some(plans[11].id), "the newest lease is not refused")
        #expect(try await backend.plans.plan(pool: Plan.defaultPool, date: stage.make.planDate()) == plans[11])
    }

    private static func addToComplete(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await people(backend)
        let (plan, lease) = (stage.make.plan(), stage.make.lease(token: 1))
        _ = try await backend.plans.begin(plan, under: lease)
        _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: stage.second(1), under: lease)
        let message = stage.make.autoMessage(by: users[0].id, to: users[1].id, in: group.id)
        await expectError(.leaseHeld, .conflict, when: "the plan is complete") {
            try await backend.plans.add([message], to: plan.id, under: lease)
        }
        #expect(try await backend.autoMessages.autoMessage(message.id) == nil)
    }

    private static func large(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await people(backend, count: 200)
        let (plan, lease) = (stage.make.plan(), stage.make.lease(token: 1))
        _ = try await backend.plans.begin(plan, under: lease)
        let messages = (0..<1000).map { number in
            stage.make.autoMessage(
                "\(number)", by: users[number % 200].id, to: users[(number + 1) % 200].id, in: group.id)
        }
        try await backend.plans.add(messages, to: plan.id, under: lease)
        _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: stage.second(1), under: lease)
        let due = try await backend.autoMessages.due(at: stage.second(1), limit: 2000)
        #expect(Set(due.map(\.id)) == Set(messages.map(\.id)))
    }
}
