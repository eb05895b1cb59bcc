import Foundation
import MsgKit
import MsgTestKit
import SQLiteBackend
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MessageServiceTests {
    @Test func aMessageIsStoredAndTheConversationTold() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            let insertion = try await world.messages.send(
                try world.draft("  Hello ", in: id), from: people[0], socket: "socket-1")
            #expect(insertion.isNew && insertion.message.content == "Hello")
            #expect(try await world.store.messages.message(insertion.message.id) == insertion.message)
            let emission = try #require(world.rooms.emissions.first)
            #expect(world.rooms.commands.count == 1)
            #expect(emission.event == "message_received")
            #expect(emission.rooms == [.conversation(id)] && emission.except == [.socket("socket-1")])
            let payload = try JSONDecoder().decode(JSONValue.self, from: Data(emission.arguments[0].utf8))
            #expect(
                payload
                    == .object([
                        "id": .string(insertion.message.id.description), "content": .string("Hello"),
                        "sender": .object([
                            "id": .string(people[0].id.description), "username": .string("ada"), "avatar": .null,
                        ]),
                        "conversationId": .string(id.description), "messageType": .string("user"),
                        "createdAt": .string(world.clock.now.iso8601),
                    ]))
        }
    }

    @Test func aRetryReturnsTheFirstAndIsToldOnce() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            let first = try await world.messages.send(try world.draft("One", in: id, id: "k"), from: people[0])
            world.clock.advance(by: .seconds(5))
            let again = try await world.messages.send(try world.draft("One", in: id, id: "k"), from: people[0])
            #expect(!again.isNew && again.message == first.message)
            let another = try world.draft("Two", in: id, id: "k")
            await expect(.conflict) { _ = try await world.messages.send(another, from: people[0]) }
            let others = try await world.messages.send(try world.draft("Three", in: id, id: "k"), from: people[1])
            #expect(others.isNew)
            #expect(world.rooms.emissions.map(\.event) == ["message_received", "message_received"])
        }
    }

    @Test func ofManyRetriesAtOnceOneIsStored() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            let ids = try await withThrowingTaskGroup(of: Message.ID.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let draft = try world.draft("Hello", in: id, id: "k")
                        return try await world.messages.send(draft, from: people[0]).message.id
                    }
                }
                return try await group.reduce(into: Set<Message.ID>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(world.rooms.emissions.count == 1)
        }
    }

    @Test func whoDoesNotTakePartSendsAndReadsNothing() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "eve")
            let admin = try await world.person("root", role: .admin)
            let id = try await world.group(Array(people.prefix(2)))
            let message = try await world.say("Hello", in: id, by: people[0])
            world.rooms.journal.clear()
            for other in [people[2], admin] {
                await expect(.conversationNotFound) { try await world.say("Hi", in: id, by: other) }
                await expect(.conversationNotFound) {
                    try await world.messages.list(in: id, .newest, limit: 10, for: other).page
                }
                await expect(.messageNotFound) { try await world.messages.markRead(message.id, by: other) }
            }
            await expect(.messageNotFound) { try await world.messages.delete(message.id, by: people[2]) }
            await expect(.conversationNotFound) {
                try await world.say("Hi", in: world.identifiers.next(Conversation.self), by: people[0])
            }
            #expect(world.rooms.commands.isEmpty)
            #expect(
                try await world.messages.list(in: id, .newest, limit: 10, for: people[1]).page.messages == [message])
        }
    }

    @Test func aDeactivatedSenderIsRefused() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            try await world.change(people[0], UserChange(isActive: false))
            await expect(.forbidden) { try await world.say("Hi", in: id, by: people[0]) }
        }
    }

    @Test func aMessageIsReadOnceAndItsSenderNeverReadsIt() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            let message = try await world.say("Hello", in: id, by: people[0])
            world.rooms.journal.clear()
            try await world.messages.markRead(message.id, by: people[1])
            world.clock.advance(by: .seconds(1))
            try await world.messages.markRead(message.id, by: people[1])
            try await world.messages.markRead(message.id, by: people[0])
            #expect(world.rooms.commands.map(\.summary) == ["message_read_by to conversation:\(id)"])
            let stored = try #require(try await world.store.messages.message(message.id))
            #expect(stored.readBy == [ReadReceipt(user: people[1].id, readAt: message.createdAt)])
        }
    }

    @Test func itsSenderOrAModeratorDeletesAMessage() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let moderator = try await world.person("mod", role: .moderator)
            let id = try await world.group(people)
            let own = try await world.say("One", in: id, by: people[0])
            let other = try await world.say("Two", in: id, by: people[0])
            world.rooms.journal.clear()
            await expect(.forbidden) { try await world.messages.delete(own.id, by: people[1]) }
            try await world.messages.delete(own.id, by: people[0])
            try await world.messages.delete(other.id, by: moderator)
            #expect(
                world.rooms.commands.map(\.summary)
                    == Array(
                        repeating: "message_deleted to conversation:\(id)", count: 2))
            #expect(try await world.store.messages.message(own.id)?.content == "")
            #expect(try await world.messages.list(in: id, .newest, limit: 10, for: people[0]).page.messages.isEmpty)
        }
    }

    @Test func aDeletedMessageIsGoneForEverybody() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let moderator = try await world.person("mod", role: .moderator)
            let id = try await world.group(people)
            let message = try await world.say("One", in: id, by: people[0])
            try await world.messages.delete(message.id, by: people[0])
            world.rooms.journal.clear()
            for person in [people[0], moderator] {
                await expect(.messageNotFound) { try await world.messages.delete(message.id, by: person) }
            }
            await expect(.messageNotFound) { try await world.messages.markRead(message.id, by: people[1]) }
            await expect(.messageNotFound) {
                try await world.messages.delete(world.identifiers.next(Message.self), by: moderator)
            }
            #expect(world.rooms.commands.isEmpty)
        }
    }

    @Test func aListNamesItsSenders() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let id = try await world.group(people)
            for person in people { try await world.say("From \(person.user.username)", in: id, by: person) }
            let (page, senders) = try await world.messages.list(in: id, .newest, limit: 10, for: people[0])
            #expect(page.messages.map { senders[$0.sender]?.username } == ["ada", "bob"])
        }
    }
}
