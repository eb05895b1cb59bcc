import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EnqueueDueTests {
    @Test func whatIsDueIsQueuedOnce() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try await world.plan(["One", "Two"], from: people[0], to: people[1])
            var result = try await world.enqueueing().run()
            #expect(result.queued == 2 && result.requeued == 0)
            let stored = try #require(try await world.store.autoMessages.autoMessage(planned[0].id))
            #expect(stored.isQueued && stored.queuedAt == world.clock.now && !stored.isSent)
            result = try await world.enqueueing().run()
            #expect(result == EnqueueResult())
            #expect(try await world.store.queue.depth().ready == 2)
            let job = try #require(try await world.receive()).job
            var expected = DeliveryJob(planned[0], at: world.clock.now)
            // What joins its delivery with this run.
            #expect(job.requestID != nil)
            expected.requestID = job.requestID
            #expect(job == expected)
        }
    }

    @Test func whatIsNotYetDueWaits() async throws {
        try await World.with { world in
            _ = try await world.people("ada", "bob", "cem", "dan")
            _ = try await world.planning().run(seed: 1)
            let dates = try await world.pending().map(\.sendDate).sorted()
            var queued = 0
            for date in dates {
                world.clock.set(to: date.later(by: .milliseconds(-1)))
                #expect(try await world.enqueueing().run().queued == 0)
                world.clock.set(to: date)
                queued += try await world.enqueueing().run().queued
            }
            #expect(queued == 2)
        }
    }

    @Test func manyBatchesAreQueuedInOneRun() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.plan((0..<1203).map { "Message \($0)" }, from: people[0], to: people[1])
            let dry = try await world.enqueueing().run(dryRun: true)
            #expect(dry.queued == 1203)
            #expect(try await world.store.queue.depth().ready == 0)
            #expect(try await world.enqueueing().run().queued == 1203)
            #expect(try await world.store.queue.depth().ready == 1203)
        }
    }

    @Test func aCrashBeforeTheMarkQueuesItAgainAndDeliversItOnce() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try await world.plan(["One"], from: people[0], to: people[1])
            try await world.store.queue.publish([DeliveryJob(planned[0], at: world.clock.now)])
            #expect(try await world.enqueueing().run().queued == 1)
            let tally = try await world.worker().drain()
            #expect(tally.delivered == 1)
            let page = try await world.messages.list(in: planned[0].conversation, .newest, limit: 9, for: people[0])
                .page
            #expect(page.messages.map(\.id) == [planned[0].id])
        }
    }

    @Test func whatWasQueuedLongAgoIsQueuedAgain() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.plan(["One"], from: people[0], to: people[1])
            let enqueueing = world.enqueueing(World.settings { $0.requeueAfter = .seconds(900) })
            _ = try await enqueueing.run()
            // The queue loses it.
            try await world.store.queue.acknowledge([try #require(try await world.receive())])
            world.clock.advance(by: .seconds(900))
            #expect(try await enqueueing.run() == EnqueueResult())
            world.clock.advance(by: .milliseconds(1))
            let dry = try await enqueueing.run(dryRun: true)
            #expect(dry.requeued == 1 && dry.queued == 0)
            let result = try await enqueueing.run()
            #expect(result.requeued == 1 && result.queued == 0)
            #expect(try await enqueueing.run() == EnqueueResult())
            #expect(try await world.worker().drain().delivered == 1)
            world.clock.advance(by: .seconds(3600))
            #expect(try await enqueueing.run() == EnqueueResult())
        }
    }

    @Test func whatOnlyWaitsIsNotQueuedAgain() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try await world.plan(["One", "Two"], from: people[0], to: people[1])
            let enqueueing = world.enqueueing(World.settings { $0.requeueAfter = .seconds(900) })
            _ = try await enqueueing.run()
            // No worker has come.
            world.clock.advance(by: .seconds(3600))
            #expect(try await enqueueing.run() == EnqueueResult())
            #expect(try await enqueueing.run(dryRun: true) == EnqueueResult())
            #expect(try await world.store.autoMessages.oldestQueued() == world.clock.now.addingTimeInterval(-3600))
            // One of them is lost: nobody can tell which.
            try await world.store.queue.acknowledge([try #require(try await world.receive())])
            #expect(try await enqueueing.run().requeued == 2)
            #expect(try await world.store.autoMessages.oldestQueued() == world.clock.now.addingTimeInterval(-3600))
            #expect(try await world.worker().drain().delivered == planned.count)
        }
    }

    @Test func whatWaitsForAnotherTryIsNotLost() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try await world.plan(["One", "Two"], from: people[0], to: people[1])
            let settings = World.settings {
                $0.requeueAfter = .seconds(900)
                $0.retryDelays = [.seconds(3600)]
            }
            let enqueueing = world.enqueueing(settings)
            _ = try await enqueueing.run()
            try await world.store.autoMessages.markRetried(
                planned[0].id, retryCount: 1, error: "It failed.", at: world.clock.now)
            // Of both nothing is in the queue.
            for _ in planned { try await world.store.queue.acknowledge([try #require(try await world.receive())]) }
            world.clock.advance(by: .seconds(901))
            #expect(try await enqueueing.run().requeued == 1, "the other one's try is still to come")
            world.clock.advance(by: .seconds(3600))
            #expect(try await enqueueing.run().requeued == 2)
        }
    }

    @Test func whatWasQueuedByAClockThatWasAheadIsQueuedAgain() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.plan(["One"], from: people[0], to: people[1])
            let enqueueing = world.enqueueing(World.settings { _ in })
            world.clock.advance(by: .seconds(1000 * 86_400))
            #expect(try await enqueueing.run().queued == 1)
            world.clock.advance(by: .seconds(-1000 * 86_400))
            #expect(try await world.worker().drain().delivered == 0)
            #expect(try await enqueueing.run().requeued == 1)
            #expect(try await enqueueing.run() == EnqueueResult())
            #expect(try await world.store.autoMessages.oldestQueued() == world.clock.now)
            #expect(try await world.worker().drain().delivered == 1)
        }
    }

    @Test func whileAnotherQueuesNobodyElseDoes() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.plan(["One"], from: people[0], to: people[1])
            _ = try #require(
                try await world.store.leases.acquire(
                    "enqueue-due", holder: .random(), at: world.clock.now,
                    until: world.clock.now.later(by: .seconds(60))))
            await expect(.leaseHeld) { try await world.enqueueing().run() }
            #expect(try await world.store.queue.depth().ready == 0)
            // Whoever holds it is thought dead when it expires.
            world.clock.advance(by: .seconds(60))
            #expect(try await world.enqueueing().run().queued == 1)
        }
    }

    @Test func nothingOfAnUnfinishedPlanIsQueued() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let group = try await world.group(people)
            let date = PlanDate(world.clock.now, in: .gmt)
            let lease = Lease(name: "test", holder: world.node, fencingToken: 1, expiresAt: .distantFuture)
            let plan = try await world.store.plans.begin(
                Plan(id: world.identifiers.next(Plan.self), date: date, seed: 1, createdAt: world.clock.now),
                under: lease)
            let message = AutoMessage(
                id: world.identifiers.next(Message.self), content: "Hi", sender: people[0].id, receiver: people[1].id,
                conversation: group, sendDate: world.clock.now, planDate: date, createdAt: world.clock.now,
                updatedAt: world.clock.now)
            try await world.store.plans.add([message], to: plan.id, under: lease)
            #expect(try await world.enqueueing().run() == EnqueueResult())
            _ = try await world.store.plans.complete(plan.id, PlanOutcome(), at: world.clock.now, under: lease)
            #expect(try await world.enqueueing().run().queued == 1)
        }
    }
}
