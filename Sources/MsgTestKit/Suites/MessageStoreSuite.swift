import Foundation
import MsgKit
import Testing

/// The rules of ``MessageStore`` for storing, finding and deduplicating.
public enum MessageStoreSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("a message is stored with every field, and its content as it is", stored),
        .init("a message becomes its conversation's last one", last),
        .init("only the oldest message of a conversation is its first, deleted ones counted", first),
        .init("the same id again returns the first message, whatever else it says", sameID),
        .init("the same client's id of the same sender again returns the first message", sameClientID),
        .init("a client's id is its sender's own, and none is no id", ownClientIDs),
        .init("a deleted message is found again as well", deletedFoundAgain),
        .init("of concurrent inserts with one client's id one is stored", concurrentClientIDs),
        .init("of concurrent inserts with one id one is stored", concurrentIDs),
        .init("a message to an unknown conversation is refused", unknownConversation),
        .init("a message of someone who does not take part is refused", notParticipant),
        .init("a message of a deactivated sender is refused", deactivated),
        .init("a message of an unknown sender is refused", unknownSender),
        .init("messages by id: those that exist and are not deleted", byIDs),
        .init("every acknowledged message of concurrent writers is stored once", concurrentWriters),
    ]

    private static func conversation(
        _ backend: any RecordsUnderTest
    ) async throws -> (stage: Stage, users: [User], conversation: Conversation) {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        return (stage, users, try await stage.direct(users[0], users[1]))
    }

    private static func count(_ backend: any RecordsUnderTest, in conversation: Conversation) async throws -> Int {
        try await backend.messages.messages(in: conversation.id, .newest, limit: 200).messages.count
    }

    private static func stored(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        var message = stage.make.message(by: users[0].id, in: direct.id, clientMessageID: "Ünïque-1")
        message.messageType = .auto
        message.createdAt = stage.make.instant(.milliseconds(1))
        message.updatedAt = stage.make.instant(.milliseconds(2))
        let insertion = try await backend.messages.insert(message)
        #expect(insertion.message == message)
        #expect(insertion.sender == users[0].reference)
        #expect(insertion.isNew)
        #expect(try await backend.messages.message(message.id) == message)
        #expect(try await backend.messages.message(stage.make.id()) == nil)
        for content in [
            "👩‍👩‍👧‍👦 שלום", "e\u{301}\u{e9}", "'; DROP TABLE x; --", "a\r\n\tb\"\\", String(repeating: "ß", count: 1000),
        ] {
            let said = try await stage.say(content, by: users[1], in: direct)
            let read = try #require(try await backend.messages.message(said.id))
            #expect(Array(read.content.unicodeScalars) == Array(content.unicodeScalars))
        }
    }

    private static func last(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        for number in 1...3 {
            let message = try await stage.say(by: users[number % 2], in: direct, at: stage.second(number))
            let after = try #require(try await backend.conversations.conversation(direct.id))
            #expect(after.lastMessage == message.id)
            #expect(after.lastMessageAt == stage.second(number))
        }
        let other = try await stage.group(users)
        try await stage.say(by: users[0], in: other, at: stage.second(9))
        let untouched = try #require(try await backend.conversations.conversation(direct.id))
        #expect(untouched.lastMessageAt == stage.second(3))
    }

    private static func first(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let group = try await stage.group(users)
        let first = stage.make.message(by: users[0].id, in: direct.id, at: stage.second(1), clientMessageID: "c-1")
        #expect(try await backend.messages.insert(first).isFirst)
        let second = stage.make.message(by: users[1].id, in: direct.id, at: stage.second(1))
        #expect(try await !backend.messages.insert(second).isFirst)
        let elsewhere = stage.make.message(by: users[1].id, in: group.id, at: stage.second(2))
        #expect(try await backend.messages.insert(elsewhere).isFirst, "each conversation has its own")
        let retry = stage.make.message(by: users[0].id, in: group.id, at: stage.second(3), clientMessageID: "c-1")
        #expect(
            try await backend.messages.insert(retry).isFirst, "the one that is found is the first of its conversation")
        #expect(try await !backend.messages.insert(second).isFirst)
        _ = try await backend.messages.delete(first.id, at: stage.second(4))
        #expect(try await !backend.messages.insert(second).isFirst, "the deleted one was the first")
        #expect(try await backend.messages.insert(first).isFirst)
    }

    private static func sameID(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let group = try await stage.group(users)
        let first = try await stage.say("First", by: users[0], in: group, at: stage.second(1))
        var again = stage.make.message("Second", by: users[1].id, in: direct.id, at: stage.second(2))
        again.id = first.id
        let insertion = try await backend.messages.insert(again)
        #expect(insertion.message == first)
        #expect(insertion.sender == users[0].reference)
        #expect(!insertion.isNew)
        #expect(try await backend.messages.message(first.id) == first)
        #expect(try await backend.conversations.conversation(direct.id)?.lastMessage == nil)
        #expect(try await count(backend, in: direct) == 0)
        _ = try await backend.conversations.removeParticipant(users[0].id, from: group.id, at: stage.second(3))
        #expect(try await !backend.messages.insert(first).isNew, "delivering again works after the sender left")
        again.conversation = stage.make.id()
        #expect(try await !backend.messages.insert(again).isNew, "whatever else it says")
    }

    private static func sameClientID(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let group = try await stage.group(users)
        let first = stage.make.message("First", by: users[0].id, in: direct.id, clientMessageID: "c-1")
        #expect(try await backend.messages.insert(first).isNew)
        for target in [direct, group] {
            let again = stage.make.message(
                "Second", by: users[0].id, in: target.id, at: stage.second(2), clientMessageID: "c-1")
            let insertion = try await backend.messages.insert(again)
            #expect(insertion.message == first)
            #expect(insertion.sender == users[0].reference)
            #expect(!insertion.isNew)
            #expect(try await backend.messages.message(again.id) == nil)
        }
        #expect(try await count(backend, in: direct) == 1)
        #expect(try await count(backend, in: group) == 0)
        #expect(try await backend.conversations.conversation(group.id)?.lastMessage == nil)
    }

    private static func ownClientIDs(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        for (user, clientID) in [(0, "c-1"), (1, "c-1"), (0, "C-1"), (0, "c-1 "), (0, nil), (0, nil)] {
            let message = stage.make.message(by: users[user].id, in: direct.id, clientMessageID: clientID)
            #expect(try await backend.messages.insert(message).isNew)
        }
        #expect(try await count(backend, in: direct) == 6)
    }

    private static func deletedFoundAgain(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let first = stage.make.message(by: users[0].id, in: direct.id, clientMessageID: "c-1")
        _ = try await backend.messages.insert(first)
        let deleted = try await backend.messages.delete(first.id, at: stage.second(1))
        let retry = stage.make.message(by: users[0].id, in: direct.id, clientMessageID: "c-1")
        for message in [first, retry] {
            let insertion = try await backend.messages.insert(message)
            #expect(insertion.message == deleted)
            #expect(!insertion.isNew)
        }
        #expect(try await count(backend, in: direct) == 0)
    }

    private static func concurrentClientIDs(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let elsewhere = try await backend.another()
        let insertions = try await concurrently(40) { number in
            let message = stage.make.message("\(number)", by: users[0].id, in: direct.id, clientMessageID: "c-1")
            return try await (number % 2 == 0 ? backend : elsewhere).messages.insert(message)
        }
        #expect(insertions.count { $0.isNew } == 1)
        #expect(Set(insertions.map(\.message.id)).count == 1)
        #expect(try await count(backend, in: direct) == 1)
    }

    private static func concurrentIDs(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let elsewhere = try await backend.another()
        let message = stage.make.message(by: users[0].id, in: direct.id)
        let insertions = try await concurrently(40) { number in
            try await (number % 2 == 0 ? backend : elsewhere).messages.insert(message)
        }
        #expect(insertions.count { $0.isNew } == 1)
        #expect(insertions.allSatisfy { $0.message == message })
        #expect(try await count(backend, in: direct) == 1)
    }

    private static func unknownConversation(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, _) = try await conversation(backend)
        let message = stage.make.message(by: users[0].id, in: stage.make.id())
        await expectError(.conversationNotFound, when: "there is no such conversation") {
            try await backend.messages.insert(message)
        }
        #expect(try await backend.messages.message(message.id) == nil)
    }

    private static func notParticipant(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let stranger = try await stage.user("stranger")
        let message = stage.make.message(by: stranger.id, in: direct.id)
        await expectError(.notParticipant, when: "a stranger writes") { try await backend.messages.insert(message) }
        #expect(try await backend.messages.message(message.id) == nil)
        let group = try await stage.group(users)
        _ = try await backend.conversations.removeParticipant(users[0].id, from: group.id, at: stage.second(1))
        let late = stage.make.message(by: users[0].id, in: group.id)
        await expectError(.notParticipant, when: "the sender has left") { try await backend.messages.insert(late) }
        #expect(try await backend.conversations.conversation(group.id)?.lastMessage == nil)
    }

    private static func deactivated(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        _ = try await backend.users.update(users[0].id, UserChange(isActive: false), at: stage.second(1))
        let message = stage.make.message(by: users[0].id, in: direct.id, at: stage.second(2))
        await expectError(.forbidden, when: "the sender is deactivated") { try await backend.messages.insert(message) }
        #expect(try await backend.messages.message(message.id) == nil)
        #expect(try await backend.conversations.conversation(direct.id) == direct)
        try await stage.say(by: users[1], in: direct, at: stage.second(3))
    }

    private static func unknownSender(_ backend: any RecordsUnderTest) async throws {
        let (stage, _, direct) = try await conversation(backend)
        let message = stage.make.message(by: stage.make.id(), in: direct.id)
        await expectError(.userNotFound, .notParticipant, when: "the sender does not exist") {
            try await backend.messages.insert(message)
        }
        #expect(try await backend.messages.message(message.id) == nil)
    }

    private static func byIDs(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 5, by: users, in: direct)
        _ = try await backend.messages.delete(messages[2].id, at: stage.second(1))
        let unknown = (0..<995).map { _ in stage.make.id(Message.self) }
        let found = try await backend.messages.messages(messages.map(\.id) + unknown)
        #expect(found.sorted { $0.id < $1.id } == [messages[0], messages[1], messages[3], messages[4]])
        #expect(try await backend.messages.messages([]) == [])
    }

    private static func concurrentWriters(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let elsewhere = try await backend.another()
        let written = try await concurrently(10) { writer in
            var ids: [Message.ID] = []
            for number in 0..<20 {
                let message = stage.make.message("\(writer).\(number)", by: users[writer % 2].id, in: direct.id)
                let insertion = try await (writer % 3 == 0 ? elsewhere : backend).messages.insert(message)
                #expect(insertion.isNew)
                ids.append(insertion.message.id)
            }
            return ids
        }
        let history = try await elsewhere.messages.messages(in: direct.id, .newest, limit: 200)
        #expect(
            history.messages.map(\.id) == written.joined().sorted(),
            "all have one instant, so they are in their ids' order")
        #expect(!history.hasOlder)
    }
}
