import MsgKit
import MsgTestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConversationServiceTests {
    @Test func toOthersAConversationIsNotThere() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "eve")
            let moderator = try await world.person("mod", role: .moderator)
            let id = try await world.group(Array(people.prefix(2)))
            #expect(try await world.conversations.conversation(id, for: people[1]).id == id)
            let missing = world.identifiers.next(Conversation.self)
            for (other, wanted) in [(people[2], id), (people[2], missing), (moderator, id)] {
                let error = await expect(.conversationNotFound) {
                    try await world.conversations.conversation(wanted, for: other)
                }
                #expect(error?.message == "There is no such conversation, or you do not take part in it.")
                await expect(.conversationNotFound) { try await world.conversations.overview(wanted, for: other) }
            }
            await expect(.conversationNotFound) {
                try await world.conversations.rename(id, to: try GroupName("Mine"), for: people[2])
            }
            await expect(.conversationNotFound) {
                try await world.conversations.add([people[2].id], to: id, for: people[2])
            }
            await expect(.conversationNotFound) {
                try await world.conversations.remove(people[2].id, from: id, for: people[2])
            }
            await expect(.conversationNotFound) {
                try await world.conversations.remove(people[1].id, from: id, for: people[2])
            }
            #expect(world.rooms.commands.isEmpty)
        }
    }

    @Test func aDirectConversationIsMadeOnceAndToldOnce() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let made = try await world.conversations.direct(with: people[1].id, for: people[0])
            let users = people.map { "user:\($0.id)" }.sorted().joined(separator: ",")
            #expect(
                world.rooms.take().map(\.summary) == [
                    "\(users) join conversation:\(made.id)", "conversation_created to conversation:\(made.id)",
                ])
            let found = try await world.conversations.direct(with: people[0].id, for: people[1])
            #expect(found == made)
            #expect(world.rooms.commands.isEmpty)
            #expect(made.isDirect && made.name == nil && made.participants.map(\.username) == ["ada", "bob"])
        }
    }

    @Test func ofManyAtOnceOneMakesIt() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob")
            let ids = try await withThrowingTaskGroup(of: Conversation.ID.self) { group in
                for number in 0..<10 {
                    let (one, other) = (people[number % 2], people[1 - number % 2])
                    group.addTask { try await world.conversations.direct(with: other.id, for: one).id }
                }
                return try await group.reduce(into: Set<Conversation.ID>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(world.rooms.emissions.map(\.event) == ["conversation_created"])
        }
    }

    @Test func nobodyTalksWithThemselvesNorWithWhoIsNotThere() async throws {
        try await World.with { world in
            let ada = try await world.person("ada")
            let gone = try await world.person("gone", isActive: false)
            await expect(.badRequest) { try await world.conversations.direct(with: ada.id, for: ada) }
            await expect(.userNotFound) { try await world.conversations.direct(with: gone.id, for: ada) }
            await expect(.userNotFound) {
                try await world.conversations.direct(with: world.identifiers.next(User.self), for: ada)
            }
            await expect(.userNotFound) {
                try await world.conversations.createGroup(named: try GroupName("G"), with: [gone.id], for: ada)
            }
            for others in [[], [ada.id], [ada.id, ada.id]] {
                let error = await expect(.validationFailed) {
                    try await world.conversations.createGroup(named: try GroupName("G"), with: others, for: ada)
                }
                #expect(error?.fields.map(\.path) == ["participantIds"])
            }
            #expect(try await world.conversations.identifiers(for: ada.id).isEmpty)
        }
    }

    @Test func aGroupHoldsEachOnceAndItsMakerFirst() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cem")
            let ids = [people[2].id, people[1].id, people[2].id, people[0].id]
            let group = try await world.conversations.createGroup(
                named: try GroupName("  Team "), with: ids, for: people[0])
            #expect(group.participants.map(\.username) == ["ada", "cem", "bob"])
            #expect(group.name == "Team" && !group.isDirect && group.createdBy == people[0].id)
        }
    }

    @Test func aGroupIsBounded() async throws {
        try await World.with { world in
            let ada = try await world.person("ada")
            let ids = (0..<Conversation.maximumParticipants).map { _ in world.identifiers.next(User.self) }
            await expect(.validationFailed) {
                try await world.conversations.createGroup(named: try GroupName("G"), with: ids, for: ada)
            }
        }
    }

    @Test func onlyItsCreatorOrAModeratorChangesAGroup() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cem", "dan")
            let moderator = try await world.person("mod", role: .moderator)
            let id = try await world.group(Array(people.prefix(3)))
            await expect(.forbidden) {
                try await world.conversations.rename(id, to: try GroupName("B"), for: people[1])
            }
            await expect(.forbidden) { try await world.conversations.add([people[3].id], to: id, for: people[1]) }
            await expect(.forbidden) {
                try await world.conversations.remove(people[2].id, from: id, for: people[1])
            }
            #expect(try await world.conversations.rename(id, to: try GroupName("A"), for: people[0]).name == "A")
            #expect(try await world.conversations.rename(id, to: try GroupName("M"), for: moderator).name == "M")
            #expect(
                world.rooms.commands.map(\.summary)
                    == Array(
                        repeating: "conversation_updated to conversation:\(id)", count: 2))
        }
    }

    @Test func whoIsAddedJoinsBeforeTheyAreTold() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cem")
            let id = try await world.group(Array(people.prefix(2)))
            let summary = try await world.conversations.add([people[2].id, people[1].id], to: id, for: people[0])
            #expect(summary.participants.map(\.username) == ["ada", "bob", "cem"])
            let cem = "user:\(people[2].id)"
            #expect(
                world.rooms.take().map(\.summary) == [
                    "conversation_updated to conversation:\(id) except \(cem)", "\(cem) join conversation:\(id)",
                    "conversation_created to \(cem)",
                ])
            _ = try await world.conversations.add([people[1].id], to: id, for: people[0])
            #expect(world.rooms.commands.isEmpty)
        }
    }

    @Test func whoIsTakenOutHearsOfItAndOfNothingAfter() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cem")
            let id = try await world.group(people)
            for (gone, by) in [(people[1], people[1]), (people[2], people[0])] {
                _ = try await world.conversations.remove(gone.id, from: id, for: by)
                #expect(
                    world.rooms.take().map(\.summary) == [
                        "conversation_updated to conversation:\(id),user:\(gone.id)",
                        "user:\(gone.id) leave conversation:\(id)",
                    ])
                await expect(.conversationNotFound) { try await world.conversations.conversation(id, for: gone) }
                await expect(.conversationNotFound) { try await world.say("Hello?", in: id, by: gone) }
            }
            await expect(.userNotFound) {
                try await world.conversations.remove(people[1].id, from: id, for: people[0])
            }
        }
    }

    @Test func aDirectConversationStaysAsItIs() async throws {
        try await World.with { world in
            let people = try await world.people("ada", "bob", "cem")
            let admin = try await world.person("root", role: .admin)
            let id = try await world.conversations.direct(with: people[1].id, for: people[0]).id
            for person in [people[0], admin] {
                await expect(.forbidden) {
                    try await world.conversations.rename(id, to: try GroupName("A"), for: person)
                }
                await expect(.forbidden) { try await world.conversations.add([people[2].id], to: id, for: person) }
                await expect(.forbidden) {
                    try await world.conversations.remove(people[1].id, from: id, for: person)
                }
            }
            await expect(.forbidden) { try await world.conversations.remove(people[0].id, from: id, for: people[0]) }
        }
    }
}
