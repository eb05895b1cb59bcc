import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

/// What somebody has wished since a message was planned holds when it is delivered.
@Suite(.timeLimit(.minutes(1)))
struct DeliveryConsentTests {
    enum Wish: CaseIterable {
        case senderPauses, receiverPauses, senderExcludes, receiverExcludes
        case senderOptsOut, receiverOptsOut, senderIsDeactivated, receiverIsDeactivated

        var reason: String {
            switch self {
            case .senderPauses: "The sender pauses until 2026-02-01."
            case .receiverPauses: "The receiver pauses until 2026-02-01."
            case .senderExcludes, .receiverExcludes: "One of the two has excluded the other."
            case .senderOptsOut: "The sender has opted out."
            case .receiverOptsOut: "The receiver has opted out."
            case .senderIsDeactivated: "The sender is deactivated."
            case .receiverIsDeactivated: "The receiver is deactivated."
            }
        }

        func make(_ world: World, sender: Principal, receiver: Principal) async throws {
            let pause = UserChange(pausedUntil: .some(PlanDate("2026-02-01")))
            switch self {
            case .senderPauses: try await world.change(sender, pause)
            case .receiverPauses: try await world.change(receiver, pause)
            case .senderExcludes: try await world.exclusions.exclude(receiver.id, by: sender.id)
            case .receiverExcludes: try await world.exclusions.exclude(sender.id, by: receiver.id)
            case .senderOptsOut: try await world.change(sender, UserChange(autoMessages: false))
            case .receiverOptsOut: try await world.change(receiver, UserChange(autoMessages: false))
            case .senderIsDeactivated: try await world.change(sender, UserChange(isActive: false))
            case .receiverIsDeactivated: try await world.change(receiver, UserChange(isActive: false))
            }
        }

        func takeBack(_ world: World, sender: Principal, receiver: Principal) async throws {
            let asBefore = UserChange(isActive: true, autoMessages: true, pausedUntil: .some(nil))
            for person in [sender, receiver] { try await world.change(person, asBefore) }
            try await world.exclusions.include(receiver.id, by: sender.id)
            try await world.exclusions.include(sender.id, by: receiver.id)
        }
    }

    /// A world at noon of 2026-01-31 in UTC with one message queued from ada to bob.
    private func withOneQueued(_ body: (World, [Principal], AutoMessage) async throws -> Void) async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cid")
            let planned = try await world.plan(["Good morning"], from: people[0], to: people[1])
            _ = try await world.enqueueing().run()
            try await body(world, people, try #require(planned.first))
        }
    }

    private func store(_ planned: AutoMessage, in world: World) async throws {
        _ = try await world.store.messages.insert(
            Message(
                id: planned.id, content: planned.content, sender: planned.sender, conversation: planned.conversation,
                messageType: .auto, createdAt: world.clock.now, updatedAt: world.clock.now))
    }

    private func deliver(_ world: World) async throws -> DeliveryOutcome {
        try await world.delivery().handle(try #require(try await world.receive()))
    }

    @Test(arguments: Wish.allCases)
    func whatIsNotWantedAnyMoreIsNotSentUntilItIsReplayed(_ wish: Wish) async throws {
        try await withOneQueued { world, people, planned in
            try await wish.make(world, sender: people[0], receiver: people[1])
            #expect(try await deliver(world) == .deadLettered)
            #expect(try await world.store.messages.message(planned.id) == nil)
            #expect(world.rooms.commands.isEmpty, "nobody is told anything")
            #expect(try await world.deadLetters.show(planned.id).reason == wish.reason)
            #expect(try await world.store.autoMessages.autoMessage(planned.id)?.errorMessage == wish.reason)
            try await wish.takeBack(world, sender: people[0], receiver: people[1])
            #expect(try await world.deadLetters.replay(matching: DeadLetterFilter(ids: [planned.id])) == 1)
            #expect(try await deliver(world) == .delivered)
        }
    }

    /// Killed after storing: the message is in the conversation already.
    @Test(arguments: Wish.allCases)
    func whatIsStoredHasBeenDelivered(_ wish: Wish) async throws {
        try await withOneQueued { world, people, planned in
            try await store(planned, in: world)
            try await wish.make(world, sender: people[0], receiver: people[1])
            #expect(try await deliver(world) == .duplicate)
            let stored = try #require(try await world.store.autoMessages.autoMessage(planned.id))
            #expect(stored.isSent && stored.failedAt == nil)
        }
    }

    @Test func whatIsStoredHasBeenDeliveredAlsoWhenAPersonsRecordCanNotBeRead() async throws {
        try await withOneQueued { world, people, planned in
            try await store(planned, in: world)
            let users = DamagedUsers(store: world.store.users, damaged: people[1].id)
            let job = try #require(try await world.receive())
            #expect(try await world.delivery(users: users).handle(job) == .duplicate)
        }
    }

    @Test func onTheDayOnWhichAPauseEndsMessagesCome() async throws {
        try await withOneQueued { world, people, _ in
            for person in people.prefix(2) {
                try await world.change(person, UserChange(pausedUntil: .some(PlanDate("2026-01-31"))))
            }
            #expect(try await deliver(world) == .delivered)
        }
    }

    /// At 23:30 of the 31st in UTC it is the 1st in Istanbul and still the 31st in New York.
    @Test(arguments: [
        (nil, nil, false), (nil, "Europe/Istanbul", true), ("Europe/Istanbul", nil, false),
        ("Europe/Istanbul", "America/New_York", false), ("America/New_York", "Europe/Istanbul", true),
    ])
    func thePausesOfBothAreOfTheReceiversDay(sender: String?, receiver: String?, isSent: Bool) async throws {
        for who in [0, 1] {
            try await withOneQueued { world, people, _ in
                try await world.change(people[0], UserChange(timeZone: .some(sender)))
                try await world.change(people[1], UserChange(timeZone: .some(receiver)))
                try await world.change(people[who], UserChange(pausedUntil: .some(PlanDate("2026-02-01"))))
                world.clock.advance(by: .seconds(11 * 3600 + 1800))
                #expect(try await deliver(world) == (isSent ? .delivered : .deadLettered))
            }
        }
    }

    /// In Istanbul it is the 1st, and the zone that is configured counts for whoever has named none.
    @Test func theConfiguredZoneIsThatOfWhoeverHasNamedNone() async throws {
        try await withOneQueued { world, people, _ in
            try await world.change(people[1], UserChange(pausedUntil: .some(PlanDate("2026-02-01"))))
            world.clock.advance(by: .seconds(11 * 3600 + 1800))
            let zone = try #require(TimeZone(identifier: "Europe/Istanbul"))
            let settings = World.settings { $0.defaultPool.window.timeZone = zone }
            let job = try #require(try await world.receive())
            #expect(try await world.delivery(settings).handle(job) == .delivered)
        }
    }

    /// In Istanbul it is the 1st; a pool that is not configured has no zone of its own.
    @Test(arguments: [("night", DeliveryOutcome.delivered), ("gone", .deadLettered)])
    func theZoneOfTheReceiversPoolCountsBeforeThatOfTheDefaultOne(pool: String, outcome: DeliveryOutcome) async throws {
        try await withOneQueued { world, people, _ in
            let change = UserChange(pool: pool, pausedUntil: .some(PlanDate("2026-02-01")))
            try await world.change(people[1], change)
            world.clock.advance(by: .seconds(11 * 3600 + 1800))
            var schedule = Configuration.Schedule()
            schedule.timeZone = "Europe/Istanbul"
            let night = PoolSettings("night", schedule)
            let settings = World.settings { $0.otherPools = [night] }
            let job = try #require(try await world.receive())
            #expect(try await world.delivery(settings).handle(job) == outcome)
        }
    }

    @Test func whomOthersExcludeChangesNothing() async throws {
        try await withOneQueued { world, people, _ in
            try await world.exclusions.exclude(people[2].id, by: people[0].id)
            try await world.exclusions.exclude(people[1].id, by: people[2].id)
            #expect(try await deliver(world) == .delivered)
        }
    }
}
