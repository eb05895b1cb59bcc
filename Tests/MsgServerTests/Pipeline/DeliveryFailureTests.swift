import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DeliveryFailureTests {
    private struct Away: Error {}

    /// What can't be otherwise on another try.
    enum Permanent: CaseIterable {
        case receiverOptedOut, senderOptedOut, receiverDeactivated, senderDeactivated, emptyText, unknown,
            notParticipant
    }

    @Test func aFailureIsTriedAgainByTheLadderThenGivenUp() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try #require(try await world.plan(["Hi"], from: people[0], to: people[1]).first)
            _ = try await world.enqueueing().run()
            let settings = World.settings { $0.retryDelays = [.seconds(5), .seconds(30)] }
            let delivery = world.delivery(settings, messages: FaultyMessages(world.store.messages))
            for (number, delay) in settings.retryDelays.enumerated() {
                let job = try #require(try await world.receive())
                #expect(job.job.retryCount == number)
                #expect(try await delivery.handle(job) == .retried)
                let stored = try #require(try await world.store.autoMessages.autoMessage(planned.id))
                #expect(stored.retryCount == number + 1 && stored.errorMessage == "The store is away.")
                #expect(stored.failedAt == nil && !stored.isSent)
                #expect(try await world.store.queue.depth().delayed == 1)
                world.clock.advance(by: delay - .milliseconds(1))
                #expect(try await world.receive() == nil)
                world.clock.advance(by: .milliseconds(1))
            }
            #expect(try await delivery.handle(try #require(try await world.receive())) == .deadLettered)
            let letter = try await world.deadLetters.show(planned.id)
            #expect(letter.reason == "Given up after 2 retries: The store is away.")
            #expect(letter.failedAt == world.clock.now && letter.job?.retryCount == 2)
            #expect(try await world.store.autoMessages.autoMessage(planned.id)?.failedAt == world.clock.now)
            #expect(try await world.store.queue.depth().isDrained)
            #expect(world.rooms.commands.isEmpty)
        }
    }

    /// Nobody is deactivated or gone: somebody else has damaged a record, and may mend it.
    @Test(arguments: [0, 1])
    func aRecordThatCannotBeReadIsWhatItIsGivenUpFor(_ place: Int) async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try #require(try await world.plan(["Hi"], from: people[0], to: people[1]).first)
            _ = try await world.enqueueing().run()
            let settings = World.settings { $0.retryDelays = [.seconds(5)] }
            let users = DamagedUsers(store: world.store.users, damaged: people[place].id)
            let delivery = world.delivery(settings, users: users)
            #expect(try await delivery.handle(try #require(try await world.receive())) == .retried)
            world.clock.advance(by: .seconds(5))
            #expect(try await delivery.handle(try #require(try await world.receive())) == .deadLettered)
            let reason = "Given up after 1 retries: The field lastSeen of \(people[place].id) is damaged."
            #expect(try await world.deadLetters.show(planned.id).reason == reason)
            #expect(try await world.store.autoMessages.autoMessage(planned.id)?.errorMessage == reason)
        }
    }

    @Test(arguments: [Away() as any Error, MsgError(.configuration, "The bus lets nobody in.")])
    func aBusThatIsAwayDelaysButDoublesNothing(_ failure: any Error) async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try #require(try await world.plan(["Hi"], from: people[0], to: people[1]).first)
            _ = try await world.enqueueing().run()
            let metrics = CountingMetrics()
            let delivery = world.delivery(metrics: DeliveryMetrics(factory: metrics))
            world.bus.fail(with: failure)
            #expect(try await delivery.handle(try #require(try await world.receive())) == .retried)
            #expect(metrics.increments.entries.contains("msgctl_messages_stored_total{type=auto} 1"))
            #expect(!metrics.timings.entries.contains("msgctl_delivery_delay_seconds"))
            world.bus.fail(with: nil)
            world.clock.advance(by: .seconds(5))
            #expect(try await delivery.handle(try #require(try await world.receive())) == .duplicate)
            // Each message counts once, however many tries it takes.
            #expect(metrics.increments.entries.count { $0.hasPrefix("msgctl_messages_stored_total") } == 1)
            #expect(metrics.timings.entries.count { $0 == "msgctl_delivery_delay_seconds" } == 1)
            #expect(try await world.store.autoMessages.autoMessage(planned.id)?.isSent == true)
            #expect(world.bus.calls.entries.count == 1)
            let page = try await world.messages.list(in: planned.conversation, .newest, limit: 9, for: people[0]).page
            #expect(page.messages.count == 1)
        }
    }

    @Test func aTryThatTheQueueCanNotBeToldOfCountsToo() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.plan(["Hi"], from: people[0], to: people[1])
            _ = try await world.enqueueing().run()
            let metrics = CountingMetrics()
            let queue = FaultyQueue(world.store.queue, failing: [.acknowledge])
            let delivery = world.delivery(queue: queue, metrics: DeliveryMetrics(factory: metrics))
            let job = try #require(try await world.receive())
            await #expect(throws: MsgError.self) { try await delivery.handle(job) }
            #expect(
                metrics.increments.entries.filter { $0.hasPrefix("msgctl_deliveries_total") }
                    == ["msgctl_deliveries_total{outcome=unsettled} 1"])
            #expect(metrics.timings.entries.count { $0 == "msgctl_delivery_seconds" } == 1)
        }
    }

    @Test(arguments: Permanent.allCases)
    func whatCanNotSucceedIsGivenUpAtOnce(_ reason: Permanent) async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let text = reason == .emptyText ? " \n" : "Hi"
            let planned = try #require(try await world.plan([text], from: people[0], to: people[1]).first)
            _ = try await world.enqueueing().run()
            var job = try #require(try await world.receive())
            var messages: (any MessageStore)?
            switch reason {
            case .receiverOptedOut: try await world.change(people[1], UserChange(autoMessages: false))
            case .senderOptedOut: try await world.change(people[0], UserChange(autoMessages: false))
            case .receiverDeactivated: try await world.change(people[1], UserChange(isActive: false))
            case .senderDeactivated: try await world.change(people[0], UserChange(isActive: false))
            case .emptyText: break
            case .unknown:
                try await world.store.queue.acknowledge([job])
                var unknown = job.job
                unknown.id = world.identifiers.next(Message.self)
                try await world.store.queue.publish([unknown])
                job = try #require(try await world.receive())
            case .notParticipant:
                messages = FaultyMessages(world.store.messages, failing: MsgError(.notParticipant, "Not there."))
            }
            #expect(try await world.delivery(messages: messages).handle(job) == .deadLettered)
            let letter = try await world.deadLetters.show(job.job.id)
            // Its replay is another request.
            var expected = job.job
            expected.requestID = nil
            #expect(letter.job == expected && !letter.reason.isEmpty)
            #expect(try await world.store.queue.depth().isDrained)
            #expect(try await world.store.messages.message(planned.id) == nil)
            #expect(world.rooms.commands.isEmpty)
        }
    }

    /// Killed between the mark and the dead letter.
    @Test func whatIsMarkedFailedGoesStraightToTheDeadLetters() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try #require(try await world.plan(["Hi"], from: people[0], to: people[1]).first)
            _ = try await world.enqueueing().run()
            try await world.store.autoMessages.markFailed(planned.id, error: "The first reason.", at: world.clock.now)
            #expect(try await world.delivery().handle(try #require(try await world.receive())) == .deadLettered)
            #expect(try await world.deadLetters.show(planned.id).reason == "The first reason.")
            #expect(try await world.store.messages.message(planned.id) == nil)
        }
    }

    /// An outage of an engine's log-in is no fault of the message.
    @Test func anEngineThatIsSetUpWronglyDelaysAndGivesUpNothing() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.plan(["Hi"], from: people[0], to: people[1])
            _ = try await world.enqueueing().run()
            let messages = FaultyMessages(world.store.messages, failing: MsgError(.configuration, "A wrong password."))
            let job = try #require(try await world.receive())
            #expect(try await world.delivery(messages: messages).handle(job) == .retried)
        }
    }

    /// Whoever made a retry, and what it failed with, is in the dead letter, the last try included.
    @Test func whatWasTriedIsInTheDeadLetter() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try #require(try await world.plan(["Hi"], from: people[0], to: people[1]).first)
            _ = try await world.enqueueing().run()
            let settings = World.settings { $0.retryDelays = [.seconds(5), .seconds(30)] }
            let start = world.clock.now
            for error in ["The first.", "The second.", String(repeating: "x", count: 1000)] {
                let messages = FaultyMessages(
                    world.store.messages, failing: MsgError(.unavailable, "Not public.", detail: error))
                _ = try await world.delivery(settings, messages: messages).handle(
                    try #require(try await world.receive()))
                world.clock.advance(by: .seconds(30))
            }
            let attempts = try #require(try await world.deadLetters.show(planned.id).job).attempts
            #expect(attempts.map(\.error) == ["The first.", "The second.", String(repeating: "x", count: 300)])
            #expect(attempts.map(\.at) == [0, 30, 60].map { start.later(by: .seconds($0)) })
            #expect(attempts.allSatisfy { $0.node == world.node })
            // Replayed and failing again it has four; a message that goes out has done with it.
            #expect(try await world.deadLetters.replay(matching: DeadLetterFilter(ids: [planned.id])) == 1)
            let failing = world.delivery(settings, messages: FaultyMessages(world.store.messages))
            #expect(try await failing.handle(try #require(try await world.receive())) == .retried)
            world.clock.advance(by: .seconds(5))
            let again = try #require(try await world.receive())
            #expect(again.job.attempts.count == 4 && again.job.retryCount == 1)
            #expect(try await world.delivery().handle(again) == .delivered)
        }
    }

    /// A generator that always draws the highest number takes off all of the jitter.
    @Test func aRetryComesEarlierByTheJitterThatIsDrawn() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            _ = try await world.plan(["Hi"], from: people[0], to: people[1])
            _ = try await world.enqueueing().run()
            let settings = World.settings {
                $0.retryDelays = [.seconds(100)]
                $0.retryJitter = 0.25
            }
            let delivery = world.delivery(
                settings, messages: FaultyMessages(world.store.messages), generator: Highest())
            #expect(try await delivery.handle(try #require(try await world.receive())) == .retried)
            world.clock.advance(by: .milliseconds(74_999))
            #expect(try await world.receive() == nil)
            world.clock.advance(by: .milliseconds(2))
            #expect(try await world.receive() != nil)
        }
    }
}

/// The same number for ever.
private struct Highest: RandomNumberGenerator {
    func next() -> UInt64 { .max }
}
