import Foundation
import Logging
import MsgKit
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// Documents that somebody else has damaged, among those that are whole.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct DamageTests {
    /// Two people in a group, with a message of each number.
    private struct Scene {
        let backend: MongoDBBackend
        let make = Fixtures.real()
        var people: [User] = []
        var messages: [Message] = []
        var group: Conversation

        init(_ backend: MongoDBBackend, messages count: Int) async throws {
            self.backend = backend
            people = try await backend.addUsers(3, make)
            group = try await backend.addGroup(people, make)
            for number in 0..<count {
                let message = make.message(
                    "tea \(number)", by: people[0].id, in: group.id, at: make.instant(.seconds(number)))
                messages.append(try await backend.messages.insert(message).message)
            }
        }

        /// Gives a field of a document a value of a type that it must not have.
        func damage<Entity>(_ id: Identifier<Entity>, _ field: String, in collection: MongoCollection) async throws {
            try await backend.raw { connection in
                let outcome = try connection.updateOne(
                    in: collection, ["_id": .id(id)], ["$set": .document([field: ["not": "this"]])])
                #expect(outcome.matched == 1)
            }
        }
    }

    private static func scene(
        _ server: TestServer, messages: Int = 0, _ body: (Scene) async throws -> Void
    ) async throws {
        try await TestDatabase.with(server) { try await body(try await Scene(try $0.open(), messages: messages)) }
    }

    private func expectDamaged(_ call: () async throws -> some Any) async {
        await expectError(.internalError, when: "it was asked for by its id", call)
    }

    @Test(arguments: TestServer.all)
    func aMessageIsLeftOutOfHistory(_ server: TestServer) async throws {
        try await Self.scene(server, messages: 9) { scene in
            for place in [3, 4, 5, 8] { try await scene.damage(scene.messages[place].id, "content", in: .messages) }
            let whole = [0, 1, 2, 6, 7].map { scene.messages[$0].id }
            let store = scene.backend.messages
            let all = try await store.messages(in: scene.group.id, .newest, limit: 50)
            #expect(all.messages.map(\.id) == whole)
            let newest = try await store.messages(in: scene.group.id, .newest, limit: 3)
            #expect(newest.messages.map(\.id) == Array(whole.suffix(3)) && newest.hasOlder, "a page has no hole")
            let before = try await store.messages(in: scene.group.id, .before(whole[2]), limit: 2)
            #expect(before.messages.map(\.id) == Array(whole.prefix(2)) && !before.hasOlder)
            let after = try await store.messages(in: scene.group.id, .after(whole[1]), limit: 2)
            #expect(after.messages.map(\.id) == [whole[2], whole[3]] && after.hasNewer)
            let some = try await store.messages(scene.messages.map(\.id))
            #expect(Set(some.map(\.id)) == Set(whole))
            await expectDamaged { try await store.message(scene.messages[3].id) }
            let query = MessageQuery(text: "tea", conversations: [scene.group.id], page: PageRequest(limit: 50))
            #expect(try await scene.backend.textSearch.search(query).items.count == 5)
        }
    }

    @Test(arguments: TestServer.all)
    func aConversationIsLeftOutOfItsPeoplesLists(_ server: TestServer) async throws {
        try await Self.scene(server, messages: 1) { scene in
            let other = try await scene.backend.addGroup(scene.people, scene.make)
            let third = try await scene.backend.addGroup(scene.people, scene.make)
            try await scene.damage(other.id, "name", in: .conversations)
            try await scene.damage(third.id, "joined", in: .conversations)
            let viewer = scene.people[1].id
            let directory = scene.backend.directory
            let page = try await directory.conversations(of: viewer, page: PageRequest(limit: 10))
            #expect(page.items.map(\.conversation.id) == [scene.group.id])
            #expect(page.items.first?.lastMessage?.id == scene.messages[0].id)
            #expect(page.items.first?.unreadCount == 1)
            for id in [other.id, third.id] {
                await expectDamaged { try await directory.conversation(id, asSeenBy: viewer) }
            }
            await expectDamaged { try await scene.backend.conversations.conversation(other.id) }
        }
    }

    @Test(arguments: TestServer.all)
    func aConversationIsListedWithoutItsDamagedLastMessageAndPeople(_ server: TestServer) async throws {
        try await Self.scene(server, messages: 2) { scene in
            try await scene.damage(scene.messages[1].id, "sender", in: .messages)
            try await scene.damage(scene.people[2].id, "username", in: .users)
            let page = try await scene.backend.directory.conversations(
                of: scene.people[1].id, page: PageRequest(limit: 10))
            let overview = try #require(page.items.first)
            #expect(overview.lastMessage == nil)
            #expect(Set(overview.participants.map(\.id)) == Set(scene.people.prefix(2).map(\.id)))
        }
    }

    @Test(arguments: TestServer.all)
    func aUserIsLeftOutOfListingsAndPlans(_ server: TestServer) async throws {
        try await Self.scene(server) { scene in
            try await scene.damage(scene.people[0].id, "username", in: .users)
            let rest = Set(scene.people.dropFirst().map(\.id))
            let users = scene.backend.users
            let page = try await users.users(matching: UserFilter(), page: PageRequest(limit: 10))
            #expect(Set(page.items.map(\.id)) == rest)
            #expect(Set(try await users.users(scene.people.map(\.id)).map(\.id)) == rest)
            await expectDamaged { try await users.user(scene.people[0].id) }
            let first = try await scene.backend.plans.candidates(of: Plan.defaultPool, after: nil, limit: 1)
            #expect(first.map(\.id) == [scene.people[1].id], "a page of nothing but damage is not the end")
            for (person, field) in zip(scene.people.dropFirst(), ["pausedUntil", "weeklyLimit"]) {
                try await scene.damage(person.id, field, in: .users)
                let left = try await scene.backend.plans.candidates(of: Plan.defaultPool, after: nil, limit: 9)
                #expect(!left.contains { $0.id == person.id }, "nobody is paired against their wishes")
            }
        }
    }

    @Test(arguments: TestServer.all)
    func othersGoOnSendingBesideWhomItIsAbout(_ server: TestServer) async throws {
        try await Self.scene(server) { scene in
            try await scene.damage(scene.people[0].id, "isActive", in: .users)
            let messages = scene.people.prefix(2).map { scene.make.message("tea", by: $0.id, in: scene.group.id) }
            let results = try await scene.backend.raw { try MessageInserting.insert(messages, $0) }
            #expect(throws: MsgError.self) { try results[0].get() }
            #expect(try results[1].get().isNew)
        }
    }

    @Test(arguments: TestServer.all)
    func automaticMessagesBehindADamagedOneAreDue(_ server: TestServer) async throws {
        try await Self.scene(server) { scene in
            let (backend, make) = (scene.backend, scene.make)
            let (plan, lease) = (make.plan(), make.lease(token: 1))
            let messages = (0..<2).map { number in
                make.autoMessage(
                    by: scene.people[0].id, to: scene.people[1].id, in: scene.group.id,
                    due: make.instant(.seconds(number)))
            }
            _ = try await backend.plans.begin(plan, under: lease)
            try await backend.plans.add(messages, to: plan.id, under: lease)
            _ = try await backend.plans.complete(plan.id, PlanOutcome(), at: make.start, under: lease)
            try await scene.damage(messages[0].id, "content", in: .autoMessages)
            let due = try await backend.autoMessages.due(
                at: make.instant(.seconds(9)), limit: 1)
            #expect(due.map(\.id) == [messages[1].id])
        }
    }

    @Test(arguments: TestServer.all)
    func otherPlansGoOnBesideADamagedOne(_ server: TestServer) async throws {
        try await Self.scene(server) { scene in
            let (backend, make, people) = (scene.backend, scene.make, scene.people)
            func plan(_ day: Int, _ token: Int64) async throws -> (Plan, AutoMessage) {
                let (plan, lease) = (make.plan(date: make.planDate(day)), make.lease(token: token))
                let message = make.autoMessage(
                    by: people[0].id, to: people[1].id, in: scene.group.id, due: make.start, date: plan.date)
                _ = try await backend.plans.begin(plan, under: lease)
                try await backend.plans.add([message], to: plan.id, under: lease)
                return (plan, message)
            }
            let (whole, due) = try await plan(1, 1)
            _ = try await backend.plans.complete(
                whole.id, PlanOutcome(), at: make.start, under: make.lease(token: 1))
            let (given, _) = try await plan(2, 1)
            // The second time it takes the place of the first.
            let (broken, _) = try await plan(2, 2)
            try await backend.raw { connection in
                _ = try connection.updateOne(
                    in: .plans, ["plan": .id(broken.id)], ["$set": ["seed": ["not": "this"]]])
            }
            let found = try await backend.autoMessages.due(
                at: make.instant(.seconds(9)), limit: 9)
            #expect(found.map(\.id) == [due.id], "what the damaged plan has not finished stays where it is")
            let held = try await backend.raw { try PlanDocuments.unfinished($0) }
            #expect(Set(held) == [broken.id, given.id])
            try await PlanRemoval(database: backend.database).sweep(at: make.start)
        }
    }

    /// Instants that no number of milliseconds could be made of again.
    @Test(arguments: TestServer.all, [Int64.max, Int64.min, 8_640_000_000_000_001])
    func aMessageOfAnImpossibleInstantIsLeftOut(_ server: TestServer, milliseconds: Int64) async throws {
        try await Self.scene(server, messages: 2) { scene in
            try await scene.backend.raw { connection in
                _ = try connection.updateOne(
                    in: .messages, ["_id": .id(scene.messages[1].id)],
                    ["$set": ["createdAt": .date(milliseconds)]])
            }
            let history = try await scene.backend.messages.messages(in: scene.group.id, .newest, limit: 9)
            #expect(history.messages.map(\.createdAt.iso8601) == [scene.messages[0].createdAt.iso8601])
            await expectDamaged { try await scene.backend.messages.message(scene.messages[1].id) }
        }
    }

    @Test(arguments: [-8_640_000_000_000_000, 0, 8_640_000_000_000_000] as [Int64])
    func theOutermostInstantsCanBeWritten(milliseconds: Int64) throws {
        let reader = DocumentReader(["at": .date(milliseconds)], in: .messages)
        let date = try #require(try reader.date("at"))
        #expect(date.millisecondsSince1970 == milliseconds)
        #expect(!date.iso8601.isEmpty)
    }

    @Test(arguments: TestServer.all)
    func aDatabaseWithDamageCanBeMigrated(_ server: TestServer) async throws {
        try await TestDatabase.with(server) { database in
            let backend = try database.open()
            try await backend.raw { connection in
                let documents: [BSONDocument] = [
                    ["_id": .objectID(1, 1), "participants": "nobody", "isDirect": true],
                    ["_id": .objectID(1, 2), "participants": [], "isDirect": false],
                ]
                _ = try connection.insert(documents, into: .conversations)
                _ = try connection.insert(
                    [["_id": .objectID(2, 1), "conversation": 5], ["_id": .objectID(2, 2), "content": "tea"]],
                    into: .messages)
            }
            #expect(try await backend.migrate().count == Migration.all.count)
        }
    }

    @Test func eachDamagedRecordIsNamedOnceAndAtMostSoMany() throws {
        let entries = Journal<String>()
        let log = DamagedRecords(logger: Logger(label: "test") { _ in JournalLogHandler(entries) })
        let documents = (0..<DamagedRecords.maximumNamed + 50).map { number -> BSONDocument in
            ["_id": .objectID(0, UInt32(number)), "sender": "nobody"]
        }
        for _ in 0..<2 {
            #expect(try log.readable(documents) { try Message($0) }.isEmpty)
        }
        #expect(entries.entries.count == DamagedRecords.maximumNamed + 1)
        #expect(entries.entries.first?.contains("warning") == true)
        #expect(entries.entries.first?.contains("collection=messages") == true)
        #expect(entries.entries.first?.contains("id=000000000000000000000000") == true)
        #expect(entries.entries.allSatisfy { !$0.contains("nobody") })
    }
}
