import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

/// Messages whose time is long over when queueing or delivery comes to them.
@Suite(.timeLimit(.minutes(1)))
struct LateMessageTests {
    private static let skipping = World.settings { $0.late = LatePolicy(action: .skip, after: .seconds(3600)) }

    private func withPlanned(
        _ count: Int, _ body: (World, [Principal], [AutoMessage]) async throws -> Void
    ) async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let texts = (0..<count).map { "Message \($0)" }
            try await body(world, people, try await world.plan(texts, from: people[0], to: people[1]))
        }
    }

    private func letters(_ world: World) async throws -> [DeadLetter] {
        try await world.deadLetters.list(matching: .everything, page: PageRequest(limit: 100)).items
    }

    @Test func whatIsLateIsSentUnlessToldOtherwise() async throws {
        try await withPlanned(2) { world, _, _ in
            world.clock.advance(by: .seconds(86_400 * 40))
            let result = try await world.enqueueing().run()
            #expect(result.queued == 2 && result.skipped == 0)
            #expect(try await world.worker().drain().delivered == 2)
        }
    }

    @Test func whatIsTooLateToBeQueuedIsADeadLetterThatSaysWhenItWasDue() async throws {
        try await withPlanned(1203) { world, _, planned in
            world.clock.advance(by: .seconds(3600))
            #expect(try await world.enqueueing(Self.skipping).run(dryRun: true).queued == 1203, "not yet")
            world.clock.advance(by: .milliseconds(1))
            let dry = try await world.enqueueing(Self.skipping).run(dryRun: true)
            #expect(dry.skipped == 1203 && dry.queued == 0)
            #expect(try await letters(world).isEmpty)
            let result = try await world.enqueueing(Self.skipping).run()
            #expect(result.skipped == 1203 && result.queued == 0 && result.requeued == 0)
            #expect(try await world.enqueueing(Self.skipping).run() == EnqueueResult())
            #expect(try await world.store.queue.depth().isDrained)
            let letter = try await world.deadLetters.show(planned[7].id)
            #expect(letter.job == DeliveryJob(planned[7], at: world.clock.now))
            #expect(
                letter.reason == "It was due at \(planned[7].sendDate.iso8601) and is late by more than 1h "
                    + "(schedule.late_after); replay it to send it all the same.")
            let stored = try #require(try await world.store.autoMessages.autoMessage(planned[7].id))
            #expect(stored.failedAt == world.clock.now && stored.errorMessage == letter.reason)
        }
    }

    @Test func someAreLateAndSomeAreNot() async throws {
        try await withPlanned(2) { world, people, late in
            world.clock.advance(by: .seconds(86_400))
            let fresh = try await world.plan(["Fresh"], from: people[0], to: people[1])
            let result = try await world.enqueueing(Self.skipping).run()
            #expect(result.skipped == 2 && result.queued == 1)
            #expect(try await world.worker(Self.skipping).drain().delivered == 1)
            #expect(try await world.store.autoMessages.autoMessage(fresh[0].id)?.isSent == true)
            #expect(Set(try await letters(world).map(\.id)) == Set(late.map(\.id)))
        }
    }

    @Test func whatIsReplayedIsSentAllTheSameButNotForEver() async throws {
        try await withPlanned(2) { world, _, planned in
            world.clock.advance(by: .seconds(86_400))
            _ = try await world.enqueueing(Self.skipping).run()
            world.clock.advance(by: .seconds(86_400))
            #expect(try await world.deadLetters.replay(matching: DeadLetterFilter(ids: Set(planned.map(\.id)))) == 2)
            let replayed = try #require(try await world.store.autoMessages.autoMessage(planned[0].id))
            #expect(replayed.replayedAt == world.clock.now && replayed.lateSince == world.clock.now)
            world.clock.advance(by: .seconds(3600))
            let delivery = world.delivery(Self.skipping)
            #expect(try await delivery.handle(try #require(try await world.receive())) == .delivered)
            world.clock.advance(by: .milliseconds(1))
            #expect(try await delivery.handle(try #require(try await world.receive())) == .deadLettered)
            let reason = try #require(try await letters(world).first).reason
            #expect(reason.contains(", was replayed at \(replayed.lateSince.iso8601) and is late"), "\(reason)")
        }
    }

    @Test func whatGotLateInTheQueueIsNotDelivered() async throws {
        try await withPlanned(1) { world, _, planned in
            let result = try await world.enqueueing(Self.skipping).run()
            #expect(result.queued == 1)
            world.clock.advance(by: .seconds(3601))
            // What has been in the queue is the delivery's affair.
            #expect(try await world.enqueueing(Self.skipping).run() == EnqueueResult())
            #expect(try await world.worker(Self.skipping).drain().deadLettered == 1)
            #expect(try await world.store.messages.message(planned[0].id) == nil)
            #expect(try await world.store.autoMessages.autoMessage(planned[0].id)?.failedAt != nil)
        }
    }

    /// Killed after storing, and then for long: what people may have read is not given up.
    @Test(arguments: [false, true])
    func whatIsStoredIsNeverTooLate(wasGivenUp: Bool) async throws {
        try await withPlanned(1) { world, _, planned in
            _ = try await world.enqueueing(Self.skipping).run()
            _ = try await world.store.messages.insert(
                Message(
                    id: planned[0].id, content: planned[0].content, sender: planned[0].sender,
                    conversation: planned[0].conversation, messageType: .auto, createdAt: world.clock.now,
                    updatedAt: world.clock.now))
            if wasGivenUp {
                try await world.store.autoMessages.markFailed(planned[0].id, error: "Late.", at: world.clock.now)
            }
            world.clock.advance(by: .seconds(86_400))
            #expect(try await world.worker(Self.skipping).drain().duplicates == 1)
            let stored = try #require(try await world.store.autoMessages.autoMessage(planned[0].id))
            #expect(stored.isSent && stored.failedAt == nil)
            #expect(try await letters(world).isEmpty)
        }
    }

    /// Killed between the letter and the mark.
    @Test func aLetterWithoutItsMarkIsReplacedByTheNextRun() async throws {
        try await withPlanned(1) { world, _, planned in
            world.clock.advance(by: .seconds(86_400))
            try await world.store.deadLetters.bury([
                DeadLetter(
                    job: DeliveryJob(planned[0], at: world.clock.now), failedAt: world.clock.now, reason: "Half.")
            ])
            #expect(try await world.enqueueing(Self.skipping).run().skipped == 1)
            let letters = try await letters(world)
            #expect(letters.count == 1 && letters[0].reason.hasPrefix("It was due at"))
        }
    }
}
