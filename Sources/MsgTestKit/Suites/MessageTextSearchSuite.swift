import Foundation
import MsgKit
import Testing

/// The rules of ``MessageTextSearch``.
public enum MessageTextSearchSuite {
    public static let all: [ConformanceCase<any TextSearchUnderTest>] = [
        .init("every word of a text must occur", everyWord),
        .init("the last word may be the beginning of a word", prefix),
        .init("words are found in any letter case", letterCase),
        .init("the newest come first", newestFirst),
        .init("only the given conversations are searched", scope),
        .init("a sender and a time span narrow the search", filters),
        .init("pages cover all matches once", pages),
        .init("a deleted message matches nothing", deletion),
        .init("operators and patterns in a text have no meaning", operators),
        .init("a text without any word finds nothing", noWords),
        .init("a fragment is short and shows what matched", fragment),
    ]

    private static func sample(_ contents: [String]) -> (make: Fixtures, chat: Conversation.ID, messages: [Message]) {
        let make = Fixtures()
        let (chat, sender): (Conversation.ID, User.ID) = (make.id(), make.id())
        let messages = contents.enumerated().map { number, content in
            make.message(content, by: sender, in: chat, at: make.instant(.seconds(number)))
        }
        return (make, chat, messages)
    }

    private static func find(
        _ text: String, in conversations: [Conversation.ID], _ backend: any TextSearchUnderTest,
        sender: User.ID? = nil, from: Date? = nil, to: Date? = nil
    ) async throws -> [Message.ID] {
        let page = try await backend.textSearch.search(
            MessageQuery(
                text: text, conversations: conversations, sender: sender, from: from, to: to,
                page: PageRequest(limit: 100)))
        #expect(page.total == page.items.count, "the total is that of what is found")
        return page.items.map(\.id)
    }

    private static func everyWord(_ backend: any TextSearchUnderTest) async throws {
        let (_, chat, messages) = sample(["green tea with lemon", "black coffee", "lemon cake and more green"])
        try await backend.store(messages)
        #expect(try await find("coffee", in: [chat], backend) == [messages[1].id])
        #expect(try await find("lemon green", in: [chat], backend) == [messages[2].id, messages[0].id])
        #expect(try await find("lemon green tea", in: [chat], backend) == [messages[0].id])
        #expect(try await find("lemon coffee", in: [chat], backend) == [])
        #expect(try await find("  black,\n coffee! ", in: [chat], backend) == [messages[1].id])
    }

    private static func prefix(_ backend: any TextSearchUnderTest) async throws {
        let (_, chat, messages) = sample(["tomorrow morning", "tom and the morning"])
        try await backend.store(messages)
        #expect(try await find("tom", in: [chat], backend) == [messages[1].id, messages[0].id])
        #expect(try await find("tomor", in: [chat], backend) == [messages[0].id])
    }

    private static func letterCase(_ backend: any TextSearchUnderTest) async throws {
        let (_, chat, messages) = sample(["Green TEA"])
        try await backend.store(messages)
        for text in ["green tea", "GREEN", "tEa"] {
            #expect(try await find(text, in: [chat], backend) == [messages[0].id], "the text is \(text)")
        }
    }

    private static func newestFirst(_ backend: any TextSearchUnderTest) async throws {
        let (_, chat, messages) = sample(Array(repeating: "the same tea", count: 6))
        try await backend.store(messages)
        #expect(try await find("tea", in: [chat], backend) == messages.reversed().map(\.id))
    }

    private static func scope(_ backend: any TextSearchUnderTest) async throws {
        let make = Fixtures()
        let chats: [Conversation.ID] = (0..<3).map { _ in make.id() }
        let messages = chats.map { make.message("tea", by: make.id(), in: $0) }
        try await backend.store(messages)
        for (chat, message) in zip(chats, messages) {
            #expect(try await find("tea", in: [chat], backend) == [message.id])
        }
        let others: [Conversation.ID] = (0..<3000).map { _ in make.id() }
        let both = try await find("tea", in: others + [chats[0], chats[2]], backend)
        #expect(Set(both) == [messages[0].id, messages[2].id])
        #expect(try await find("tea", in: [make.id()], backend) == [])
    }

    private static func filters(_ backend: any TextSearchUnderTest) async throws {
        let (make, chat, messages) = sample(["tea", "tea", "tea", "tea"])
        let foreign = make.message("tea", by: make.id(), in: chat, at: make.instant(.seconds(2)))
        try await backend.store(messages + [foreign])
        let (one, three) = (make.instant(.seconds(1)), make.instant(.seconds(3)))
        let sender = messages[0].sender
        #expect(try await find("tea", in: [chat], backend, sender: foreign.sender) == [foreign.id])
        let after = try await find("tea", in: [chat], backend, sender: sender, from: one)
        #expect(after == [messages[3], messages[2], messages[1]].map(\.id), "at this instant or later")
        let before = try await find("tea", in: [chat], backend, sender: sender, to: three)
        #expect(before == [messages[2], messages[1], messages[0]].map(\.id), "before this instant")
    }

    private static func pages(_ backend: any TextSearchUnderTest) async throws {
        let (_, chat, messages) = sample((0..<23).map { "tea \($0)" })
        try await backend.store(messages)
        var seen: [Message.ID] = []
        for number in 1...4 {
            let request = PageRequest(page: number, limit: 10)
            let page = try await backend.textSearch.search(
                MessageQuery(text: "tea", conversations: [chat], page: request))
            #expect(page.total == 23)
            #expect(page.request == request)
            #expect(page.items.count == [10, 10, 3, 0][number - 1])
            seen += page.items.map(\.id)
        }
        #expect(seen == messages.reversed().map(\.id))
    }

    private static func deletion(_ backend: any TextSearchUnderTest) async throws {
        let (_, chat, messages) = sample(["tea one", "tea two"])
        try await backend.store(messages)
        var gone = messages[0]
        gone.content = ""
        gone.isDeleted = true
        gone.deletedAt = gone.createdAt.later(by: .seconds(9))
        gone.updatedAt = gone.createdAt.later(by: .seconds(9))
        try await backend.store([gone])
        #expect(try await find("tea", in: [chat], backend) == [messages[1].id])
    }

    private static func operators(_ backend: any TextSearchUnderTest) async throws {
        let (_, chat, messages) = sample(["tea", "coffee", "tea or coffee", "not tea", "100 percent"])
        try await backend.store(messages)
        let expected: [String: [Int]] = [
            "tea OR coffee": [2], "NOT tea": [3], "t.a": [], ".*": [], "t%": [0, 2, 3], "c_ffee": [],
            "(tea": [0, 2, 3],
            "^coffee$": [1, 2], "tea|coffee": [2], "[a-z]": [], "%": [], "te\\": [0, 2, 3],
        ]
        for (text, numbers) in expected {
            let found = try await find(text, in: [chat], backend)
            #expect(Set(found) == Set(numbers.map { messages[$0].id }), "the text is \(text)")
        }
    }

    private static func noWords(_ backend: any TextSearchUnderTest) async throws {
        let (_, chat, messages) = sample(["tea", "*", "\"\"", "... !?"])
        try await backend.store(messages)
        for text in ["", " ", "\n\t", "*", "\"", "()", "...", "\u{0}"] {
            #expect(try await find(text, in: [chat], backend) == [], "the text is \(text.debugDescription)")
        }
    }

    private static func fragment(_ backend: any TextSearchUnderTest) async throws {
        let filler = Array(repeating: "lorem ipsum", count: 35).joined(separator: " ")
        let (_, chat, messages) = sample(["\(filler) green teapot \(filler)"])
        try await backend.store(messages)
        let page = try await backend.textSearch.search(
            MessageQuery(text: "green tea", conversations: [chat], page: PageRequest(limit: 10)))
        let fragment = try #require(page.items.first).fragment
        #expect(fragment.contains("\u{2}green\u{3} \u{2}teapot\u{3}"))
        #expect(fragment.count <= 250, "at most some 200 characters, but \(fragment.count)")
    }
}
