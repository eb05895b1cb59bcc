import Foundation
import MsgKit
import Testing

/// The rules of ``MessageStore/messages(in:_:limit:)``.
public enum MessageHistorySuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("a conversation without messages has an empty history", empty),
        .init("the newest come oldest first", newest),
        .init("a history with equal instants is walked back without gap or repeat", walkBack),
        .init("a history with equal instants is walked forth without gap or repeat", walkForth),
        .init("a walk goes on from a message that was deleted meanwhile", walkFromDeleted),
        .init("deleted messages are left out, and don't count as older or newer ones", deleted),
        .init("a cursor says whether there are older and newer ones", flags),
        .init("a cursor of another conversation or of none is refused", foreignCursor),
        .init("one conversation's history has nothing of another", separate),
    ]

    private static func conversation(
        _ backend: any RecordsUnderTest
    ) async throws -> (stage: Stage, users: [User], conversation: Conversation) {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        return (stage, users, try await stage.direct(users[0], users[1]))
    }

    private static func empty(_ backend: any RecordsUnderTest) async throws {
        let (_, _, direct) = try await conversation(backend)
        let page = try await backend.messages.messages(in: direct.id, .newest, limit: 10)
        #expect(page == MessagePage(messages: [], hasOlder: false, hasNewer: false))
    }

    private static func newest(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 10, by: users, in: direct)
        let some = try await backend.messages.messages(in: direct.id, .newest, limit: 4)
        #expect(some == MessagePage(messages: Array(messages[6...]), hasOlder: true, hasNewer: false))
        let all = try await backend.messages.messages(in: direct.id, .newest, limit: 10)
        #expect(all == MessagePage(messages: messages, hasOlder: false, hasNewer: false))
    }

    private static func walkBack(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 300, perInstant: 9, by: users, in: direct)
        for limit in [1, 7, 100, 200] {
            var page = try await backend.messages.messages(in: direct.id, .newest, limit: limit)
            var walked = page.messages
            while page.hasOlder, walked.count <= messages.count, let first = page.messages.first {
                #expect(page.messages.count == limit, "a page is full while there are more")
                page = try await backend.messages.messages(in: direct.id, .before(first.id), limit: limit)
                walked = page.messages + walked
            }
            #expect(walked.map(\.id) == messages.map(\.id), "in steps of \(limit)")
        }
    }

    private static func walkForth(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 300, perInstant: 9, by: users, in: direct)
        for limit in [1, 7, 100, 200] {
            var walked = [messages[0]]
            var hasNewer = true
            while hasNewer, walked.count <= messages.count, let last = walked.last {
                let page = try await backend.messages.messages(in: direct.id, .after(last.id), limit: limit)
                #expect(!page.messages.isEmpty, "there are newer ones than \(last.content)")
                if page.messages.isEmpty { break }
                walked += page.messages
                hasNewer = page.hasNewer
            }
            #expect(walked.map(\.id) == messages.map(\.id), "in steps of \(limit)")
        }
    }

    private static func walkFromDeleted(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 40, perInstant: 5, by: users, in: direct)
        for cursor in [0, 7, 12, 20, 39] {
            _ = try await backend.messages.delete(messages[cursor].id, at: stage.second(1))
        }
        let left = messages.enumerated().filter { ![0, 7, 12, 20, 39].contains($0.offset) }
        for cursor in [0, 7, 12, 20, 39] {
            let before = try await backend.messages.messages(in: direct.id, .before(messages[cursor].id), limit: 100)
            #expect(before.messages.map(\.id) == left.filter { $0.offset < cursor }.map(\.element.id))
            let after = try await backend.messages.messages(in: direct.id, .after(messages[cursor].id), limit: 100)
            #expect(after.messages.map(\.id) == left.filter { $0.offset > cursor }.map(\.element.id))
        }
    }

    private static func deleted(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 6, by: users, in: direct)
        for number in [0, 3, 5] { _ = try await backend.messages.delete(messages[number].id, at: stage.second(1)) }
        let all = try await backend.messages.messages(in: direct.id, .newest, limit: 10)
        #expect(all.messages == [messages[1], messages[2], messages[4]])
        let newest = try await backend.messages.messages(in: direct.id, .newest, limit: 3)
        #expect(!newest.hasOlder, "what is older is deleted")
        let after = try await backend.messages.messages(in: direct.id, .after(messages[2].id), limit: 1)
        #expect(
            after == MessagePage(messages: [messages[4]], hasOlder: true, hasNewer: false), "what is newer is deleted")
        let before = try await backend.messages.messages(in: direct.id, .before(messages[5].id), limit: 3)
        #expect(!before.hasNewer, "the cursor's message is deleted, and so is what is newer")
    }

    private static func flags(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let messages = try await stage.history(of: 10, by: users, in: direct)
        let store = backend.messages
        #expect(
            try await store.messages(in: direct.id, .before(messages[5].id), limit: 3)
                == MessagePage(messages: Array(messages[2...4]), hasOlder: true, hasNewer: true),
            "nearest first counted")
        #expect(
            try await store.messages(in: direct.id, .before(messages[3].id), limit: 3)
                == MessagePage(messages: Array(messages[0...2]), hasOlder: false, hasNewer: true))
        #expect(
            try await store.messages(in: direct.id, .after(messages[5].id), limit: 3)
                == MessagePage(messages: Array(messages[6...8]), hasOlder: true, hasNewer: true),
            "nearest first counted")
        #expect(
            try await store.messages(in: direct.id, .after(messages[6].id), limit: 3)
                == MessagePage(messages: Array(messages[7...9]), hasOlder: true, hasNewer: false))
        let beforeFirst = try await store.messages(in: direct.id, .before(messages[0].id), limit: 3)
        #expect(beforeFirst.messages.isEmpty)
        #expect(!beforeFirst.hasOlder)
        let afterLast = try await store.messages(in: direct.id, .after(messages[9].id), limit: 3)
        #expect(afterLast.messages.isEmpty)
        #expect(!afterLast.hasNewer)
    }

    private static func foreignCursor(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let group = try await stage.group(users)
        try await stage.say(by: users[0], in: direct)
        let foreign = try await stage.say(by: users[0], in: group)
        for cursor in [
            MessageCursor.before(foreign.id), .after(foreign.id), .before(stage.make.id()), .after(stage.make.id()),
        ] {
            await expectError(.messageNotFound, when: "the cursor's message is not of this conversation") {
                try await backend.messages.messages(in: direct.id, cursor, limit: 10)
            }
        }
    }

    private static func separate(_ backend: any RecordsUnderTest) async throws {
        let (stage, users, direct) = try await conversation(backend)
        let group = try await stage.group(users)
        var expected: [Message] = []
        for number in 0..<10 {
            expected.append(try await stage.say("Direct", by: users[0], in: direct, at: stage.second(number)))
            try await stage.say("Group", by: users[0], in: group, at: stage.second(number))
        }
        #expect(try await backend.messages.messages(in: direct.id, .newest, limit: 50).messages == expected)
        let after = try await backend.messages.messages(in: direct.id, .after(expected[4].id), limit: 50)
        #expect(after.messages == Array(expected[5...]))
    }
}
