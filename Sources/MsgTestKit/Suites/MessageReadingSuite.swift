import Foundation
import MsgKit
import Testing

/// The rules of ``MessageStore`` for reading and deleting.
public enum MessageReadingSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("a read is noted once", readOnce),
        .init("the sender's own read is never noted", ownRead),
        .init("reads are in the order in which people read", readOrder),
        .init("of concurrent calls one notes a read", readConcurrently),
        .init("a deleted or unknown message can't be read", readDeleted),
        .init("deleting empties a message and marks it", deletion),
        .init("deleting twice changes nothing", deleteTwice),
        .init("deleting the last message makes the newest one left the last", deleteLast),
        .init("deleting another message leaves the last one", deleteOther),
        .init("deleting under concurrent inserts leaves the newest one the last", deleteConcurrently),
    ]

    private static func conversation(
        _ backend: any RecordsUnderTest
    ) async throws -> (stage: Stage, users: [User], conversation: Conversation) {
        let stage = Stage(backend)
        let users = try await stage.users(4)
        return (stage, users, try await stage.group(users))
    }

    private static func readOnce(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        let (message, other) = (
            try await stage.say(by: users[0], in: group), try await stage.say(by: users[0], in: group)
        )
        #expect(try await backend.messages.markRead(message.id, by: users[1].id, at: stage.second(1)))
        #expect(try await !backend.messages.markRead(message.id, by: users[1].id, at: stage.second(2)))
        let expected = [ReadReceipt(user: users[1].id, readAt: stage.second(1))]
        #expect(try await backend.messages.message(message.id)?.readBy == expected)
        #expect(try await backend.messages.messages([message.id]).first?.readBy == expected)
        let page = try await backend.messages.messages(in: group.id, .newest, limit: 10)
        #expect(page.messages.map(\.readBy) == [expected, []])
        #expect(try await backend.messages.message(other.id)?.readBy == [])
    }

    private static func ownRead(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        let message = try await stage.say(by: users[0], in: group)
        #expect(try await !backend.messages.markRead(message.id, by: users[0].id, at: stage.second(1)))
        #expect(try await backend.messages.message(message.id)?.readBy == [])
    }

    private static func readOrder(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        let message = try await stage.say(by: users[1], in: group)
        for (number, reader) in [users[3], users[0], users[2]].enumerated() {
            #expect(try await backend.messages.markRead(message.id, by: reader.id, at: stage.second(number)))
        }
        let readers = try await backend.messages.message(message.id)?.readBy.map(\.user)
        #expect(readers == [users[3].id, users[0].id, users[2].id])
    }

    private static func readConcurrently(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        let message = try await stage.say(by: users[0], in: group)
        let elsewhere = try await backend.another()
        let noted = try await concurrently(30) { number in
            try await (number % 2 == 0 ? backend : elsewhere).messages.markRead(
                message.id, by: users[1 + number % 3].id, at: stage.second(number))
        }
        #expect(noted.count { $0 } == 3, "one for each of three readers")
        let readers = try await backend.messages.message(message.id)?.readBy.map(\.user) ?? []
        #expect(readers.count == 3)
        #expect(Set(readers) == Set(users[1...].map(\.id)))
    }

    private static func readDeleted(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        let message = try await stage.say(by: users[0], in: group)
        let deleted = try await backend.messages.delete(message.id, at: stage.second(1))
        #expect(try await !backend.messages.markRead(message.id, by: users[1].id, at: stage.second(2)))
        #expect(try await backend.messages.message(message.id) == deleted)
        #expect(try await !backend.messages.markRead(stage.make.id(), by: users[1].id, at: stage.second(2)))
    }

    private static func deletion(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        var message = try await stage.say("Secret", by: users[0], in: group, at: stage.second(1))
        message.content = ""
        message.isDeleted = true
        message.deletedAt = stage.second(2)
        message.updatedAt = stage.second(2)
        #expect(try await backend.messages.delete(message.id, at: stage.second(2)) == message)
        #expect(try await backend.messages.message(message.id) == message)
        #expect(try await backend.messages.messages([message.id]) == [])
        #expect(try await backend.messages.delete(stage.make.id(), at: stage.second(2)) == nil)
    }

    private static func deleteTwice(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        let message = try await stage.say(by: users[0], in: group, at: stage.second(1))
        let deleted = try await backend.messages.delete(message.id, at: stage.second(2))
        let newer = try await stage.say(by: users[1], in: group, at: stage.second(3))
        #expect(try await backend.messages.delete(message.id, at: stage.second(4)) == deleted)
        #expect(try await backend.messages.message(message.id) == deleted)
        #expect(try await backend.conversations.conversation(group.id)?.lastMessage == newer.id)
    }

    private static func deleteLast(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        let messages = try await stage.history(of: 4, perInstant: 2, by: users, in: group)
        _ = try await backend.messages.delete(messages[1].id, at: stage.second(1))
        for (deleted, left) in [(3, 2), (2, 0)] {
            _ = try await backend.messages.delete(messages[deleted].id, at: stage.second(1))
            let after = try #require(try await backend.conversations.conversation(group.id))
            #expect(after.lastMessage == messages[left].id)
            #expect(after.lastMessageAt == messages[left].createdAt)
            #expect(try await stage.overview(group, for: users[0]).lastMessage == messages[left])
        }
        _ = try await backend.messages.delete(messages[0].id, at: stage.second(1))
        let after = try #require(try await backend.conversations.conversation(group.id))
        #expect(after.lastMessage == nil, "none is left")
        #expect(after.lastMessageAt == nil, "none is left")
        let overview = try await stage.overview(group, for: users[0])
        #expect(overview.lastMessage == nil)
        #expect(overview.lastSender == nil)
    }

    private static func deleteOther(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        let messages = try await stage.history(of: 3, by: users, in: group)
        _ = try await backend.messages.delete(messages[1].id, at: stage.second(1))
        let after = try #require(try await backend.conversations.conversation(group.id))
        #expect(after.lastMessage == messages[2].id)
        #expect(after.lastMessageAt == messages[2].createdAt)
    }

    private static func deleteConcurrently(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, group) = try await conversation(backend)
        let elsewhere = try await backend.another()
        _ = try await concurrently(40) { number in
            let store = (number % 2 == 0 ? backend : elsewhere).messages
            let message = stage.make.message(by: users[number % 4].id, in: group.id)
            _ = try await store.insert(message)
            if number % 3 != 0 { _ = try await store.delete(message.id, at: stage.second(1)) }
        }
        let left = try await backend.messages.messages(in: group.id, .newest, limit: 100).messages
        #expect(left.count == 14)
        #expect(try await stage.overview(group, for: users[0]).conversation.lastMessage == left.last?.id)
    }
}
