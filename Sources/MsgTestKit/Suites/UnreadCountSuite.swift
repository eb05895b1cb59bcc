import Foundation
import MsgKit
import Testing

/// The rules of ``ConversationOverview/unreadCount``.
public enum UnreadCountSuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("messages of others are unread, one's own are not", insertion),
        .init("a message that is found again is not counted again", duplicate),
        .init("reading counts down once, and for the reader only", reading),
        .init("deleting an unread message counts down, deleting a read one does not", deletion),
        .init("who joins has not missed what was said before", join),
        .init("reading or deleting what was said before one joined changes nothing", beforeJoining),
        .init("who comes back has not missed what was said meanwhile", comeBack),
        .init("counts hold under concurrent writers and readers", concurrent),
        .init("the list and the search show the same counts", lists),
    ]

    private static func unread(_ stage: Stage, _ conversation: Conversation, _ users: [User]) async throws -> [Int] {
        var counts: [Int] = []
        for user in users { counts.append(try await stage.overview(conversation, for: user).unreadCount) }
        return counts
    }

    private static func insertion(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        let group = try await stage.group(users)
        for number in 1...3 { try await stage.say(by: users[0], in: group, at: stage.second(number)) }
        try await stage.say(by: users[1], in: group, at: stage.second(4))
        #expect(try await unread(stage, group, users) == [1, 3, 4])
    }

    private static func duplicate(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        let direct = try await stage.direct(users[0], users[1])
        for _ in 0..<3 {
            let message = stage.make.message(
                by: users[0].id, in: direct.id, at: stage.second(1), clientMessageID: "the same")
            _ = try await backend.messages.insert(message)
        }
        #expect(try await unread(stage, direct, users) == [0, 1])
    }

    private static func reading(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        let group = try await stage.group(users)
        let first = try await stage.say(by: users[0], in: group, at: stage.second(1))
        let second = try await stage.say(by: users[0], in: group, at: stage.second(2))
        for _ in 0..<2 { _ = try await backend.messages.markRead(second.id, by: users[1].id, at: stage.second(3)) }
        _ = try await backend.messages.markRead(first.id, by: users[0].id, at: stage.second(3))
        #expect(try await unread(stage, group, users) == [0, 1, 2])
        _ = try await backend.messages.markRead(first.id, by: users[1].id, at: stage.second(4))
        #expect(try await unread(stage, group, users) == [0, 0, 2])
    }

    private static func deletion(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        let direct = try await stage.direct(users[0], users[1])
        var messages: [Message] = []
        for number in 1...3 { messages.append(try await stage.say(by: users[0], in: direct, at: stage.second(number))) }
        _ = try await backend.messages.markRead(messages[0].id, by: users[1].id, at: stage.second(4))
        _ = try await backend.messages.delete(messages[0].id, at: stage.second(5))
        #expect(try await unread(stage, direct, users) == [0, 2])
        for _ in 0..<2 { _ = try await backend.messages.delete(messages[1].id, at: stage.second(6)) }
        #expect(try await unread(stage, direct, users) == [0, 1])
        _ = try await backend.messages.markRead(messages[1].id, by: users[1].id, at: stage.second(7))
        #expect(try await unread(stage, direct, users) == [0, 1], "a deleted message can't be read")
    }

    private static func join(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        let group = try await stage.group([users[0], users[1]])
        try await stage.say(by: users[0], in: group, at: stage.second(1))
        _ = try await backend.conversations.addParticipants([users[2].id], to: group.id, at: stage.second(2))
        #expect(try await unread(stage, group, users) == [0, 1, 0])
        try await stage.say(by: users[0], in: group, at: stage.second(3))
        #expect(try await unread(stage, group, users) == [0, 2, 1])
        _ = try await backend.conversations.addParticipants([users[1].id], to: group.id, at: stage.second(4))
        #expect(try await unread(stage, group, users) == [0, 2, 1], "who takes part already stays as they are")
    }

    private static func beforeJoining(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        let group = try await stage.group([users[0], users[1]])
        let (old, older) = (
            try await stage.say(by: users[0], in: group, at: stage.second(1)),
            try await stage.say(by: users[0], in: group, at: stage.second(1))
        )
        _ = try await backend.conversations.addParticipants([users[2].id], to: group.id, at: stage.second(2))
        try await stage.say(by: users[0], in: group, at: stage.second(3))
        _ = try await backend.messages.markRead(old.id, by: users[2].id, at: stage.second(4))
        #expect(try await unread(stage, group, users) == [0, 3, 1])
        _ = try await backend.messages.delete(older.id, at: stage.second(5))
        _ = try await backend.messages.delete(old.id, at: stage.second(6))
        #expect(try await unread(stage, group, users) == [0, 1, 1])
    }

    private static func comeBack(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        let group = try await stage.group(users)
        let early = try await stage.say(by: users[0], in: group, at: stage.second(1))
        _ = try await backend.conversations.removeParticipant(users[1].id, from: group.id, at: stage.second(2))
        try await stage.say(by: users[0], in: group, at: stage.second(3))
        _ = try await backend.conversations.addParticipants([users[1].id], to: group.id, at: stage.second(4))
        #expect(try await unread(stage, group, users) == [0, 0])
        try await stage.say(by: users[0], in: group, at: stage.second(5))
        _ = try await backend.messages.markRead(early.id, by: users[1].id, at: stage.second(6))
        #expect(try await unread(stage, group, users) == [0, 1])
    }

    private static func concurrent(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(4)
        let group = try await stage.group(users)
        let elsewhere = try await backend.another()
        _ = try await concurrently(60) { number in
            let store = (number % 2 == 0 ? backend : elsewhere).messages
            let message = stage.make.message(by: users[number % 4].id, in: group.id, at: stage.second(1))
            let stored = try await store.insert(message).message
            if number % 3 == 0 {
                _ = try await store.markRead(stored.id, by: users[(number + 1) % 4].id, at: stage.second(2))
            }
            if number % 5 == 0 { _ = try await store.delete(stored.id, at: stage.second(3)) }
        }
        let messages = (0..<60).filter { $0 % 5 != 0 }
        let expected = users.indices.map { user in
            messages.count { $0 % 4 != user && !($0 % 3 == 0 && ($0 + 1) % 4 == user) }
        }
        #expect(try await unread(stage, group, users) == expected)
    }

    private static func lists(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        let (tea, coffee) = (
            try await stage.group(users, name: "Tea"), try await stage.group([users[1], users[2]], name: "Coffee")
        )
        for number in 1...2 { try await stage.say(by: users[0], in: tea, at: stage.second(number)) }
        try await stage.say(by: users[1], in: coffee, at: stage.second(9))
        let page = PageRequest(limit: 10)
        let list = try await backend.directory.conversations(of: users[2].id, page: page)
        #expect(list.items.map(\.conversation.id) == [coffee.id, tea.id])
        #expect(list.items.map(\.unreadCount) == [1, 2])
        let found = try await backend.directory.conversations(of: users[2].id, containing: "tea", page: page)
        #expect(found.items.map(\.unreadCount) == [2])
    }
}
