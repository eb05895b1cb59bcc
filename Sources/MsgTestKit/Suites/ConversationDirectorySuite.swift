import Foundation
import MsgKit
import Testing

/// The rules of ``ConversationDirectory`` but for unread counts.
public enum ConversationDirectorySuite {
    public static let all: [ConformanceCase<any RecordsUnderTest>] = [
        .init("the conversation with the newest message comes first", order),
        .init("of conversations with equal instants the smaller id comes first", orderOfEquals),
        .init("a deleted message gives its conversation's place back", orderAfterDeletion),
        .init("pages cover all of a user's conversations once", pages),
        .init("an overview has the conversation, its people and its last message", overview),
        .init("nobody sees a conversation they don't take part in", foreign),
        .init("the ids of all conversations of a user", ids),
        .init("conversations are found by name in any letter case", byName),
        .init("conversations are found by another participant's name, not by one's own", byParticipant),
        .init("a search is for what it says: % and _ stand for themselves", wildcards),
        .init("search results are in the list's order and in pages", searchPages),
    ]

    private static func list(
        _ backend: any RecordsUnderTest, of user: User, containing text: String? = nil
    ) async throws -> [Conversation.ID] {
        let request = PageRequest(limit: 50)
        let page =
            if let text {
                try await backend.directory.conversations(of: user.id, containing: text, page: request)
            } else {
                try await backend.directory.conversations(of: user.id, page: request)
            }
        #expect(page.total == page.items.count)
        return page.items.map(\.conversation.id)
    }

    private static func order(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        var groups: [Conversation] = []
        for number in 0..<4 { groups.append(try await stage.group(users, at: stage.second(number * 10))) }
        #expect(try await list(backend, of: users[0]) == groups.reversed().map(\.id), "without messages, the newest")
        try await stage.say(by: users[0], in: groups[0], at: stage.second(100))
        try await stage.say(by: users[1], in: groups[2], at: stage.second(90))
        try await stage.say(by: users[1], in: groups[1], at: stage.second(15))
        let expected = [groups[0], groups[2], groups[3], groups[1]].map(\.id)
        #expect(try await list(backend, of: users[0]) == expected)
        #expect(try await list(backend, of: users[1]) == expected)
    }

    private static func orderOfEquals(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        let groups = (0..<5).map { _ in stage.make.group(users.map(\.id)) }
        for group in groups.reversed() { try await backend.conversations.insertGroup(group) }
        #expect(try await list(backend, of: users[0]) == groups.map(\.id))
    }

    private static func orderAfterDeletion(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        let (older, newer) = (
            try await stage.group(users, at: stage.second(1)), try await stage.group(users, at: stage.second(2))
        )
        let message = try await stage.say(by: users[0], in: older, at: stage.second(3))
        #expect(try await list(backend, of: users[0]) == [older.id, newer.id])
        _ = try await backend.messages.delete(message.id, at: stage.second(4))
        #expect(try await list(backend, of: users[0]) == [newer.id, older.id])
    }

    private static func pages(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        var expected: [Conversation.ID] = []
        for number in 0..<23 { expected.insert(try await stage.group(users, at: stage.second(number / 3)).id, at: 0) }
        _ = try await stage.group([users[1], users[2]], at: stage.second(100))
        var seen: [Conversation.ID] = []
        for number in 1...4 {
            let request = PageRequest(page: number, limit: 10)
            let page = try await backend.directory.conversations(of: users[0].id, page: request)
            #expect(page.total == 23)
            #expect(page.request == request)
            #expect(page.items.count == [10, 10, 3, 0][number - 1])
            seen += page.items.map(\.conversation.id)
        }
        #expect(seen.count == 23)
        #expect(Set(seen) == Set(expected))
    }

    private static func overview(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        let group = try await stage.group([users[1], users[0], users[2]])
        let empty = try await stage.overview(group, for: users[0])
        #expect(empty.conversation == group)
        #expect(empty.lastMessage == nil)
        #expect(empty.lastSender == nil)
        #expect(empty.unreadCount == 0)
        #expect(empty.participants == [users[1], users[0], users[2]])
        try await stage.say("First", by: users[0], in: group, at: stage.second(1))
        let last = try await stage.say("Last", by: users[1], in: group, at: stage.second(2))
        let overview = try await stage.overview(group, for: users[0])
        #expect(overview.lastMessage == last)
        #expect(overview.lastSender == users[1].reference)
        #expect(overview.conversation.lastMessage == last.id)
        #expect(overview.conversation.lastMessageAt == stage.second(2))
        let page = try await backend.directory.conversations(of: users[0].id, page: PageRequest(limit: 10))
        #expect(page.items == [overview], "the list shows the same")

        _ = try await backend.conversations.removeParticipant(users[1].id, from: group.id, at: stage.second(3))
        let after = try await stage.overview(group, for: users[0])
        #expect(after.participants == [users[0], users[2]])
        #expect(after.lastSender == users[1].reference, "a message keeps its sender when they leave")
    }

    private static func foreign(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        let direct = try await stage.direct(users[0], users[1])
        #expect(try await backend.directory.conversation(direct.id, asSeenBy: users[0].id) != nil)
        #expect(try await backend.directory.conversation(direct.id, asSeenBy: users[2].id) == nil)
        #expect(try await backend.directory.conversation(direct.id, asSeenBy: stage.make.id()) == nil)
        #expect(try await backend.directory.conversation(stage.make.id(), asSeenBy: users[0].id) == nil)
        #expect(try await list(backend, of: users[2]) == [])
        #expect(try await list(backend, of: users[2], containing: "user_0") == [])
    }

    private static func ids(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(3)
        let mine = [
            try await stage.direct(users[0], users[1]), try await stage.direct(users[2], users[0]),
            try await stage.group(users),
        ]
        _ = try await stage.direct(users[1], users[2])
        #expect(try await backend.directory.conversationIDs(of: users[0].id).sorted() == mine.map(\.id).sorted())
        #expect(try await backend.directory.conversationIDs(of: stage.make.id()) == [])
    }

    private static func byName(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        let tea = try await stage.group(users, name: "Afternoon TEA")
        let team = try await stage.group(users, name: "L'équipe Ünited", at: stage.second(-1))
        #expect(try await list(backend, of: users[0], containing: "noon tea") == [tea.id])
        #expect(try await list(backend, of: users[0], containing: "tea x") == [])
        #expect(try await list(backend, of: users[0], containing: "'équipe") == [team.id])
        #expect(try await list(backend, of: users[0], containing: "L'ÉQUIPE ü") == [team.id], "in any letter case")
    }

    private static func byParticipant(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let (anna, annabel, bert) = (
            try await stage.user("Anna"), try await stage.user("Annabel"), try await stage.user("bert")
        )
        let both = try await stage.direct(anna, annabel, at: stage.second(2))
        let other = try await stage.direct(anna, bert, at: stage.second(1))
        #expect(try await list(backend, of: anna, containing: "aNNa") == [both.id], "one's own name does not count")
        #expect(try await list(backend, of: bert, containing: "aNNa") == [other.id])
        #expect(try await list(backend, of: anna, containing: "BERT") == [other.id])
        #expect(try await list(backend, of: anna, containing: "e") == [both.id, other.id])
    }

    private static func wildcards(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = [try await stage.user("anna"), try await stage.user("bert")]
        let plain = try await stage.group(users, name: "100 percent", at: stage.second(2))
        let odd = try await stage.group(users, name: "100% a_b \\o/", at: stage.second(1))
        for text in ["%", "0%", "a_b", "_", "\\", "\\o/"] {
            #expect(try await list(backend, of: users[0], containing: text) == [odd.id], "the text is \(text)")
        }
        _ = try await stage.group(users, name: "99 re\u{301}sume\u{301}s")
        #expect(try await list(backend, of: users[0], containing: "9%\u{301}") == [], "an accent on it changes nothing")
        #expect(try await list(backend, of: users[0], containing: "100") == [plain.id, odd.id])
    }

    private static func searchPages(_ backend: any RecordsUnderTest) async throws {
        let stage = Stage(backend)
        let users = try await stage.users(2)
        var expected: [Conversation.ID] = []
        for number in 0..<7 {
            expected.insert(try await stage.group(users, name: "Tea \(number)", at: stage.second(number)).id, at: 0)
            _ = try await stage.group(users, name: "Coffee \(number)", at: stage.second(number))
        }
        var seen: [Conversation.ID] = []
        for number in 1...3 {
            let page = try await backend.directory.conversations(
                of: users[0].id, containing: "tea", page: PageRequest(page: number, limit: 3))
            #expect(page.total == 7)
            seen += page.items.map(\.conversation.id)
        }
        #expect(seen == expected)
    }
}
