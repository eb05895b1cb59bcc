import Foundation
import MsgKit
import Testing

@testable import MongoDBBackend
@testable import MsgTestKit

/// What a process leaves behind that dies between two steps, and how it is mended.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: TestServer.isAny, "MSGCTL_TEST_MONGODB_URL names no server; start one with scripts/services"))
struct CrashTests {
    private static func conversation(
        _ server: TestServer,
        _ body: (MongoDBBackend, [User], Conversation, Fixtures) async throws -> Void
    ) async throws {
        try await TestDatabase.with(server) { database in
            let (backend, make) = (try database.open(), Fixtures.real())
            let users = try await backend.addUsers(3, make)
            try await body(backend, users, try await backend.addGroup(users, make), make)
        }
    }

    /// Stores a message as one who dies before the conversation follows.
    private static func storeAlone(_ message: Message, unreadBy people: [User], _ backend: MongoDBBackend) async throws
    {
        let document = message.document(unreadBy: people.map(\.id))
        try await backend.raw { _ = try $0.insert([document], into: .messages) }
    }

    @Test(arguments: TestServer.all)
    func theRetryOfAMessageBringsItsConversationUpToIt(_ server: TestServer) async throws {
        try await Self.conversation(server) { backend, users, group, make in
            let early = make.message("Early", by: users[0].id, in: group.id, at: make.instant(.seconds(1)))
            _ = try await backend.messages.insert(early)
            let lost = make.message(
                "Lost", by: users[0].id, in: group.id, at: make.instant(.seconds(2)), clientMessageID: "c-1")
            try await Self.storeAlone(lost, unreadBy: [users[1], users[2]], backend)
            #expect(try await backend.conversations.conversation(group.id)?.lastMessage == early.id)
            // A client that had no answer says the same again, with another id.
            let retry = make.message(
                "Lost", by: users[0].id, in: group.id, at: make.instant(.seconds(3)), clientMessageID: "c-1")
            let insertion = try await backend.messages.insert(retry)
            #expect(insertion.message == lost && !insertion.isNew && !insertion.isFirst)
            let overview = try await backend.directory.conversation(group.id, asSeenBy: users[1].id)
            #expect(overview?.lastMessage == lost)
            #expect(overview?.conversation.lastMessageAt == lost.createdAt)
            #expect(overview?.unreadCount == 2)
            let newer = make.message("Newer", by: users[1].id, in: group.id, at: make.instant(.seconds(4)))
            _ = try await backend.messages.insert(newer)
            for message in [lost, early] {
                #expect(try await !backend.messages.insert(message).isNew)
                let last = try await backend.conversations.conversation(group.id)?.lastMessage
                #expect(last == newer.id, "a newer one stays the last")
            }
        }
    }

    /// A server that crashes and is back between the two writes may have lost the first, which is not waited for until it
    /// is durable.
    @Test(arguments: TestServer.all)
    func aMessageThatIsLostBetweenTheTwoWritesIsNotAcknowledged(_ server: TestServer) async throws {
        try await Self.conversation(server) { backend, users, group, make in
            let failPoint = FailPoint(
                name: "hangDuringBatchUpdate", database: backend.database.uri.database, collection: .conversations)
            guard try await failPoint.set(backend) else { return }
            let message = make.message("Lost", by: users[0].id, in: group.id, at: make.instant(.seconds(1)))
            let filter: BSONDocument = ["_id": .id(message.id)]
            let insertion = Task { try await backend.messages.insert(message) }
            while try await backend.raw({ try $0.find(in: .messages, filter, FindOptions(isLocal: true)) }).isEmpty {}
            _ = try await backend.raw { connection in
                try connection.run(
                    ["delete": "messages", "deletes": [["q": .document(filter), "limit": 1]]])
            }
            try await failPoint.release(backend)
            let error = await #expect(throws: MsgError.self) { try await insertion.value }
            #expect(error?.code == .unavailable)
            #expect(try await backend.messages.insert(message).isNew)
        }
    }

    @Test(arguments: TestServer.all)
    func theFirstMessageIsTheFirstAlsoWhenItsConversationDoesNotKnow(_ server: TestServer) async throws {
        try await Self.conversation(server) { backend, users, group, make in
            let lost = make.message("Lost", by: users[0].id, in: group.id, at: make.instant(.seconds(1)))
            try await Self.storeAlone(lost, unreadBy: [], backend)
            let next = make.message("Next", by: users[1].id, in: group.id, at: make.instant(.seconds(2)))
            #expect(try await !backend.messages.insert(next).isFirst)
            #expect(try await backend.messages.insert(lost).isFirst)
            let older = make.message("Older", by: users[1].id, in: group.id, at: make.start)
            #expect(try await backend.messages.insert(older).isFirst)
            #expect(try await !backend.messages.insert(lost).isFirst)
        }
    }

    @Test(arguments: TestServer.all, [false, true])
    func aDeletionThatStoppedHalfWayIsMended(_ server: TestServer, byReading: Bool) async throws {
        try await Self.conversation(server) { backend, users, group, make in
            var said: [Message] = []
            for second in 1...3 {
                let message = make.message(by: users[0].id, in: group.id, at: make.instant(.seconds(second)))
                said.append(try await backend.messages.insert(message).message)
            }
            let gone = said[2].id
            try await backend.raw { connection in
                _ = try connection.updateOne(
                    in: .messages, ["_id": .id(gone)],
                    ["$set": ["isDeleted": true, "content": "", "unreadBy": []]])
            }
            #expect(try await backend.conversations.conversation(group.id)?.lastMessage == gone)
            if byReading {
                let page = try await backend.directory.conversations(of: users[1].id, page: PageRequest(limit: 5))
                #expect(page.items.first?.lastMessage == said[1])
                #expect(page.items.first?.unreadCount == 2)
            } else {
                #expect(try await backend.messages.delete(gone, at: make.instant(.seconds(9)))?.isDeleted == true)
            }
            let stored = try await backend.conversations.conversation(group.id)
            #expect(stored?.lastMessage == said[1].id && stored?.lastMessageAt == said[1].createdAt)
        }
    }

    @Test(arguments: TestServer.all)
    func whatAGivenUpPlanLeftBehindIsNeverDueAndIsRemoved(_ server: TestServer) async throws {
        try await Self.conversation(server) { backend, users, group, make in
            let (dropped, plan) = (make.plan(), make.plan())
            _ = try await backend.plans.begin(dropped, under: make.lease(token: 1))
            _ = try await backend.plans.begin(plan, under: make.lease(token: 2))
            // One whose lease has passed on adds to the dropped plan, and dies before it looks again.
            let orphans = (0..<5).map { _ in make.autoMessage(by: users[0].id, to: users[1].id, in: group.id) }
            let documents = orphans.map { $0.document(in: dropped.id) }
            try await backend.raw { _ = try $0.insert(documents, into: .autoMessages) }
            let real = make.autoMessage(
                by: users[0].id, to: users[1].id, in: group.id, due: make.instant(.seconds(1)))
            try await backend.plans.add([real], to: plan.id, under: make.lease(token: 2))
            _ = try await backend.plans.complete(
                plan.id, PlanOutcome(), at: make.start, under: make.lease(token: 2))
            let late = make.instant(.seconds(60))
            let due = try await backend.autoMessages.due(at: late, limit: 2)
            #expect(due.map(\.id) == [real.id], "and they don't stand in the way of others")
            let removal = PlanRemoval(database: backend.database)
            try await removal.sweep(at: make.start)
            #expect(try await backend.autoMessages.autoMessage(orphans[0].id) == nil)
            #expect(try await backend.autoMessages.autoMessage(real.id) != nil)
            try await removal.sweep(at: make.instant(.seconds(7200)))
            let left = try await backend.raw { connection in
                try connection.find(in: .plans, [:]).flatMap { try PlanDocuments.Stored($0).dropped }.count
            }
            #expect(left == 0, "long afterwards nothing is remembered of it")
        }
    }

    @Test(arguments: TestServer.all)
    func joiningAndLeavingWhileOthersWriteLeavesTheCountsRight(_ server: TestServer) async throws {
        let seed = UInt64.random(in: .min ... .max)
        print("People join and leave by seed \(seed)")
        try await Self.conversation(server) { backend, users, group, make in
            var random = SeededGenerator(seed: seed)
            let others = try await backend.addUsers(4, make, named: "other")
            let rounds = (0..<60).map { _ in (Int.random(in: 0..<4, using: &random), Bool.random(using: &random)) }
            async let changes: Void = {
                for (number, joins) in rounds {
                    let now = SystemClock().now
                    if joins {
                        _ = try await backend.conversations.addParticipants(
                            [others[number].id], to: group.id, at: now)
                    } else {
                        _ = try await backend.conversations.removeParticipant(
                            others[number].id, from: group.id, at: now)
                    }
                }
            }()
            _ = try await concurrently(8) { writer in
                for number in 0..<40 {
                    let message = make.message(
                        "\(writer).\(number)", by: users[writer % 3].id, in: group.id, at: SystemClock().now)
                    _ = try await backend.messages.insert(message)
                }
            }
            try await changes
            let document = try #require(
                try await backend.raw { try $0.first(in: .conversations, ["_id": .id(group.id)]) })
            let membership = try Membership(document)
            let all = try await backend.changes.messages(afterID: nil, limit: 1000)
            #expect(all.count == 320)
            for user in membership.participants {
                let since = membership.joined[user] ?? .distantPast
                let expected = all.count { $0.sender != user && $0.createdAt >= since }
                let overview = try await backend.directory.conversation(group.id, asSeenBy: user)
                #expect(overview?.unreadCount == expected, "seed \(seed)")
            }
            #expect(
                try await backend.conversations.conversation(group.id)?.lastMessage
                    == all.max { MessagePlace($0) < MessagePlace($1) }?.id)
        }
    }
}
