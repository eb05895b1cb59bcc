import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MessageDeliveryTests {
    /// A world with one message queued from ada to bob.
    private func withOneQueued(
        _ body: (World, [Principal], AutoMessage) async throws -> Void
    ) async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try await world.plan(["Good morning"], from: people[0], to: people[1])
            _ = try await world.enqueueing().run()
            try await body(world, people, try #require(planned.first))
        }
    }

    private func told(_ message: AutoMessage, _ people: [Principal], isFirst: Bool) -> [String] {
        let users = people.map { "user:\($0.id)" }.sorted().joined(separator: ",")
        let room = "conversation:\(message.conversation)"
        return ["\(users) join \(room)"] + (isFirst ? ["conversation_created to \(room)"] : [])
            + ["message_received to \(room)"]
    }

    @Test func aMessageIsStoredToldMarkedAndSettled() async throws {
        try await withOneQueued { world, people, planned in
            world.clock.advance(by: .seconds(5))
            let outcome = try await world.delivery().handle(try #require(try await world.receive()))
            #expect(outcome == .delivered)
            let message = try #require(try await world.store.messages.message(planned.id))
            #expect(message.content == "Good morning" && message.messageType == .auto)
            #expect(message.sender == people[0].id && message.createdAt == world.clock.now)
            #expect(world.rooms.commands.map(\.summary) == told(planned, people, isFirst: true))
            // Other processes have it before the job is settled.
            #expect(world.bus.calls.entries == [world.rooms.commands])
            let stored = try #require(try await world.store.autoMessages.autoMessage(planned.id))
            #expect(stored.isSent && stored.sentAt == world.clock.now && stored.failedAt == nil)
            #expect(try await world.store.queue.depth().isDrained)
        }
    }

    @Test func onlyTheFirstMessageTellsOfTheConversation() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let planned = try await world.plan(["One", "Two"], from: people[0], to: people[1])
            _ = try await world.enqueueing().run()
            for (number, message) in planned.enumerated() {
                _ = try await world.delivery().handle(try #require(try await world.receive()))
                #expect(world.rooms.take().map(\.summary) == told(message, people, isFirst: number == 0))
            }
        }
    }

    /// Killed after storing: the people may not have been told.
    @Test func whatWasStoredBeforeIsToldAndMarkedButNotStoredAgain() async throws {
        try await withOneQueued { world, people, planned in
            let job = try #require(try await world.receive())
            _ = try await world.store.messages.insert(
                Message(
                    id: planned.id, content: planned.content, sender: planned.sender,
                    conversation: planned.conversation, messageType: .auto, createdAt: world.clock.now,
                    updatedAt: world.clock.now))
            #expect(try await world.delivery().handle(job) == .duplicate)
            #expect(world.rooms.commands.map(\.summary) == told(planned, people, isFirst: true))
            #expect(try await world.store.autoMessages.autoMessage(planned.id)?.isSent == true)
            let page = try await world.messages.list(in: planned.conversation, .newest, limit: 9, for: people[0]).page
            #expect(page.messages.count == 1)
        }
    }

    /// Killed after marking, or published twice.
    @Test func whatWasSentBeforeIsOnlySettled() async throws {
        try await withOneQueued { world, _, planned in
            _ = try await world.delivery().handle(try #require(try await world.receive()))
            world.rooms.journal.clear()
            try await world.store.queue.publish([DeliveryJob(planned, at: world.clock.now)])
            #expect(try await world.delivery().handle(try #require(try await world.receive())) == .duplicate)
            #expect(world.rooms.commands.isEmpty)
            #expect(try await world.store.queue.depth().isDrained)
        }
    }

    /// What is delivered stays delivered: the message is in the conversation already.
    @Test(arguments: [0, 1], [UserChange(autoMessages: false), UserChange(isActive: false)])
    func optingOutAfterItWasStoredDoesNotMakeItFail(who: Int, change: UserChange) async throws {
        try await withOneQueued { world, people, planned in
            let job = try #require(try await world.receive())
            _ = try await world.store.messages.insert(
                Message(
                    id: planned.id, content: planned.content, sender: planned.sender,
                    conversation: planned.conversation, messageType: .auto, createdAt: world.clock.now,
                    updatedAt: world.clock.now))
            try await world.change(people[who], change)
            #expect(try await world.delivery().handle(job) == .duplicate)
            let stored = try #require(try await world.store.autoMessages.autoMessage(planned.id))
            #expect(stored.isSent && stored.failedAt == nil)
        }
    }

    @Test func aMessageThatWasDeletedMeanwhileIsNotToldAgain() async throws {
        try await withOneQueued { world, people, planned in
            let job = try #require(try await world.receive())
            let message = try await world.store.messages.insert(
                Message(
                    id: planned.id, content: planned.content, sender: planned.sender,
                    conversation: planned.conversation, messageType: .auto, createdAt: world.clock.now,
                    updatedAt: world.clock.now)
            ).message
            try await world.messages.delete(message.id, by: people[0])
            world.rooms.journal.clear()
            #expect(try await world.delivery().handle(job) == .duplicate)
            #expect(!world.rooms.emissions.contains { $0.event == "message_received" })
            #expect(try await world.store.autoMessages.autoMessage(planned.id)?.isSent == true)
        }
    }

    @Test func aCancelledDeliveryIsHandedBackUnharmed() async throws {
        try await withOneQueued { world, _, planned in
            let job = try #require(try await world.receive())
            let outcome = try await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await world.delivery().handle(job)
            }.value
            if outcome == .retried {
                let again = try #require(try await world.receive())
                #expect(again.job == job.job)
                #expect(try await world.delivery().handle(again) != .retried)
            }
            #expect(try await world.store.autoMessages.autoMessage(planned.id)?.isSent == true)
            #expect(try await world.store.queue.depth().isDrained)
        }
    }
}
