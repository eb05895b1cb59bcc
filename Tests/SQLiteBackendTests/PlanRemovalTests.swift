import Foundation
import GRDB
import MsgKit
import Testing

@testable import SQLiteBackend

/// What becomes of a plan that was given up.
@Suite struct PlanRemovalTests {
    @Test func aDroppedPlanIsRemovedInSmallWrites() async throws {
        let home = try TestDirectory()
        let backend = try await home.open()
        let date = try #require(PlanDate("2026-01-31"))
        let first = Lease(name: "plan", holder: NodeID(rawValue: "a"), fencingToken: 1, expiresAt: Samples.at(60))
        let plan = Plan(id: Samples.ids.next(Plan.self), date: date, seed: .max, createdAt: Samples.start)
        _ = try await backend.plans.begin(plan, under: first)
        for _ in 0..<5 {
            let messages = (0..<1000).map { _ in
                AutoMessage(
                    id: Samples.ids.next(Message.self), content: "Hi", sender: Samples.ids.next(User.self),
                    receiver: Samples.ids.next(User.self), conversation: Samples.ids.next(Conversation.self),
                    sendDate: Samples.start, planDate: date, createdAt: Samples.start, updatedAt: Samples.start)
            }
            try await backend.plans.add(messages, to: plan.id, under: first)
        }
        for number in 0..<25 {
            let users = [Samples.ids.next(User.self), Samples.ids.next(User.self)].sorted()
            let chunk = PlanChunk(number: number, users: users, places: [.leftOut(.alone), .leftOut(.alone)])
            try await backend.plans.append(chunk, to: plan.id, under: first)
        }
        var second = first
        second.fencingToken = 2
        let before = backend.database.batcher.figures.commits
        // The same plan begun again, as a retry of the same process would.
        #expect(try await backend.plans.begin(plan, under: second) == plan)
        #expect(backend.database.batcher.figures.commits - before > 6)
        let left = try await backend.database.read { db in
            try ["automessages", "plan_chunks", "plans"].map { try db.number("SELECT count(*) FROM \($0)") }
        }
        #expect(left == [0, 0, 1])
        #expect(try await backend.plans.plan(pool: Plan.defaultPool, date: date)?.seed == .max)
    }
}
