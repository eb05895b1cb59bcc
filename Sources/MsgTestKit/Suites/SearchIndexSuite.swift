import Foundation
import MsgKit
import Testing

/// The rules of ``SearchIndex`` for finding.
public enum SearchIndexSuite {
    public static let all: [ConformanceCase<any SearchUnderTest>] = [
        .init("an empty index finds nothing", empty),
        .init("every word of a query must occur", everyWord),
        .init("the last word may be the beginning of a word, the others may not", prefix),
        .init("words are found in any letter case, with and without accents", folding),
        .init("the best matches come first", ranking),
        .init("of equal matches the newest come first", newestFirst),
        .init("only the given conversations are searched", scope),
        .init("thousands of conversations can be searched at once", largeScope),
        .init("a sender and a time span narrow the search", filters),
        .init("pages cover all matches once", pages),
        .init("operators in a query have no meaning", operators),
        .init("a query without any word finds nothing", noWords),
        .init("no text makes a search fail", anyText),
        .init("a fragment shows what matched", fragment),
        .init("the fragment of a long message is short and has the match", longFragment),
    ]

    private static func sample(_ contents: [String]) -> (make: Fixtures, chat: Conversation.ID, messages: [Message]) {
        let make = Fixtures()
        let (chat, sender): (Conversation.ID, User.ID) = (make.id(), make.id())
        let messages = contents.enumerated().map { number, content in
            make.message(content, by: sender, in: chat, at: make.instant(.seconds(number)))
        }
        return (make, chat, messages)
    }

    private static func empty(_ backend: any SearchUnderTest) async throws {
        let make = Fixtures()
        #expect(try await backend.find("tea", in: [make.id()]) == [])
        #expect(try await backend.search.checkpoint() == nil)
        #expect(try await backend.search.entries(after: nil, limit: 10) == [])
    }

    private static func everyWord(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = sample([
            "green tea with lemon", "black coffee", "lemon cake and more green", "room 42 at 9:30",
        ])
        try await backend.take(messages)
        #expect(try await backend.find("coffee", in: [chat]) == [messages[1].id])
        #expect(Set(try await backend.find("lemon green", in: [chat])) == [messages[0].id, messages[2].id])
        #expect(try await backend.find("lemon green tea", in: [chat]) == [messages[0].id])
        #expect(try await backend.find("lemon coffee", in: [chat]) == [])
        #expect(try await backend.find("  black,\n coffee! ", in: [chat]) == [messages[1].id])
        #expect(try await backend.find("42", in: [chat]) == [messages[3].id])
    }

    private static func prefix(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = sample(["tomorrow morning", "tom and the morning"])
        try await backend.take(messages)
        #expect(Set(try await backend.find("tom", in: [chat])) == [messages[0].id, messages[1].id])
        #expect(try await backend.find("tomor", in: [chat]) == [messages[0].id])
        #expect(Set(try await backend.find("m", in: [chat])) == [messages[0].id, messages[1].id])
        #expect(try await backend.find("tom morn", in: [chat]) == [messages[1].id], "only the last word is a beginning")
        #expect(try await backend.find("morrow", in: [chat]) == [], "a beginning, not a part")
    }

    private static func folding(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = sample([
            "Crème Brûlée", "creme brulee", "ÜBER Straßenbahn ÇAY", "cafe\u{301} decomposed", "caf\u{e9} composed",
        ])
        try await backend.take(messages)
        for text in ["creme", "CRÈME", "crème brulee", "Creme Brûl", "cre\u{300}me"] {
            #expect(
                Set(try await backend.find(text, in: [chat])) == [messages[0].id, messages[1].id], "the text is \(text)"
            )
        }
        for text in ["uber", "über", "U\u{308}BER", "cay", "çay", "Cay", "straßenbahn", "STRAß"] {
            #expect(try await backend.find(text, in: [chat]) == [messages[2].id], "the text is \(text)")
        }
        for text in ["cafe", "café", "CAFE\u{301}"] {
            #expect(
                Set(try await backend.find(text, in: [chat])) == [messages[3].id, messages[4].id], "the text is \(text)"
            )
        }
    }

    private static func ranking(_ backend: any SearchUnderTest) async throws {
        let filler = Array(repeating: "something else entirely", count: 20).joined(separator: " ")
        let (make, chat, messages) = sample(["\(filler) tea \(filler)", "tea tea tea", "\(filler)", "coffee", "milk"])
        let others = (0..<20).map { make.message("Nothing \($0)", by: messages[0].sender, in: chat) }
        try await backend.take(messages + others)
        let page = try await backend.search.search(
            MessageQuery(text: "tea", conversations: [chat], page: PageRequest(limit: 10)))
        #expect(page.items.map(\.id) == [messages[1].id, messages[0].id])
        let scores = page.items.map(\.score)
        #expect(scores == scores.sorted(by: >))
        #expect(scores.first != scores.last, "a greater score is a better match")
    }

    private static func newestFirst(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = sample(Array(repeating: "the same tea", count: 6))
        try await backend.take([messages[3], messages[0], messages[5], messages[2], messages[4], messages[1]])
        #expect(try await backend.find("tea", in: [chat]) == messages.reversed().map(\.id))
    }

    private static func scope(_ backend: any SearchUnderTest) async throws {
        let make = Fixtures()
        let chats: [Conversation.ID] = (0..<3).map { _ in make.id() }
        let messages = chats.map { make.message("tea", by: make.id(), in: $0) }
        try await backend.take(messages)
        for (chat, message) in zip(chats, messages) {
            #expect(try await backend.find("tea", in: [chat]) == [message.id])
        }
        #expect(Set(try await backend.find("tea", in: [chats[0], chats[2]])) == [messages[0].id, messages[2].id])
        #expect(try await backend.find("tea", in: [make.id()]) == [])
    }

    private static func largeScope(_ backend: any SearchUnderTest) async throws {
        let (make, chat, messages) = sample(["tea"])
        let foreign = make.message("tea", by: make.id(), in: make.id())
        try await backend.take(messages + [foreign])
        let chats: [Conversation.ID] = (0..<5000).map { _ in make.id() }
        #expect(try await backend.find("tea", in: chats + [chat]) == [messages[0].id])
    }

    private static func filters(_ backend: any SearchUnderTest) async throws {
        let (make, chat, messages) = sample(["tea", "tea", "tea", "tea"])
        let foreign = make.message("tea", by: make.id(), in: chat, at: make.instant(.seconds(2)))
        try await backend.take(messages + [foreign])
        #expect(try await backend.find("tea", in: [chat], sender: foreign.sender) == [foreign.id])
        #expect(try await backend.find("tea", in: [chat], sender: make.id()) == [])
        let (one, three) = (make.instant(.seconds(1)), make.instant(.seconds(3)))
        let sender = messages[0].sender
        let after = try await backend.find("tea", in: [chat], sender: sender, from: one)
        #expect(after == [messages[3], messages[2], messages[1]].map(\.id), "at this instant or later")
        let before = try await backend.find("tea", in: [chat], sender: sender, to: three)
        #expect(before == [messages[2], messages[1], messages[0]].map(\.id), "before this instant")
        let between = try await backend.find("tea", in: [chat], from: one, to: three)
        #expect(Set(between) == [messages[1].id, messages[2].id, foreign.id])
        let edge = one.later(by: .milliseconds(1))
        #expect(try await backend.find("tea", in: [chat], from: edge, to: make.instant(.seconds(2))) == [])
    }

    private static func pages(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = sample(Array(repeating: "tea", count: 23))
        try await backend.take(messages)
        var seen: [Message.ID] = []
        for number in 1...4 {
            let request = PageRequest(page: number, limit: 10)
            let page = try await backend.search.search(
                MessageQuery(text: "tea", conversations: [chat], page: request))
            #expect(page.total == 23)
            #expect(page.request == request)
            #expect(page.items.count == [10, 10, 3, 0][number - 1])
            seen += page.items.map(\.id)
        }
        #expect(seen == messages.reversed().map(\.id))
    }

    private static func operators(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = sample([
            "tea", "coffee", "tea or coffee", "not tea", "content tea", "near tea coffee 5", "teapot",
        ])
        try await backend.take(messages)
        let expected: [String: [Int]] = [
            "tea OR coffee": [2], "NOT tea": [3], "content:tea": [4], "NEAR(tea coffee, 5)": [5],
            "te* coffee": [], "\"tea": [0, 2, 3, 4, 5, 6], "tea\" \"coffee": [2, 5], "^tea coffee": [2, 5],
            "coffee -tea": [2, 5], "(tea) AND": [], "+tea +coffee": [2, 5], "{content}: tea": [4],
        ]
        for (text, numbers) in expected {
            let found = try await backend.find(text, in: [chat])
            #expect(Set(found) == Set(numbers.map { messages[$0].id }), "the text is \(text)")
        }
    }

    private static func noWords(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = sample(["tea", "*", "\"\"", "🫖", "... !?"])
        try await backend.take(messages)
        for text in ["", " ", "\n\t", "*", "\"", "\"\"", "()", "- + ^ : *", "'", "...", "\u{0}"] {
            #expect(try await backend.find(text, in: [chat]) == [], "the text is \(text.debugDescription)")
        }
    }

    private static func anyText(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = sample(["tea and coffee"])
        try await backend.take(messages)
        var random = SeededGenerator(seed: 1)
        let pieces = [
            "\"", "'", "*", "(", ")", "AND", "OR", "NOT", "NEAR", ":", "^", "-", "+", "{", "}", "\\", "\u{0}", "\u{2}",
            "tea", "é", "🫖", " ", "\u{301}", "ﷺ", "%", ";",
        ]
        for _ in 0..<300 {
            let count = Int.random(in: 1...12, using: &random)
            let text = (0..<count).compactMap { _ in pieces.randomElement(using: &random) }.joined()
            do {
                _ = try await backend.find(String(text.prefix(MessageQuery.maximumTextLength)), in: [chat])
            } catch {
                Issue.record("the text \(text.debugDescription) made it fail: \(String(reflecting: error))")
            }
        }
        for text in [
            String(repeating: "a", count: 200), String(repeating: "tea ", count: 50),
            String(repeating: "é", count: 200),
        ] {
            _ = try await backend.find(text, in: [chat])
        }
    }

    private static func fragment(_ backend: any SearchUnderTest) async throws {
        let (_, chat, messages) = sample(["Green <b>Téa</b> & 'teapots' for 2"])
        try await backend.take(messages)
        let page = try await backend.search.search(
            MessageQuery(text: "green tea", conversations: [chat], page: PageRequest(limit: 10)))
        let fragment = try #require(page.items.first).fragment
        let marked = fragment.split(separator: MessageMatch.matchStart).dropFirst(fragment.first == "\u{2}" ? 0 : 1)
        let words = marked.map { $0.prefix { $0 != MessageMatch.matchEnd } }
        #expect(words == ["Green", "Téa", "teapots"], "each matched word is marked, and nothing else")
        let plain = fragment.filter { $0 != MessageMatch.matchStart && $0 != MessageMatch.matchEnd }
        #expect(messages[0].content.contains(plain), "it is a part of the content")
    }

    private static func longFragment(_ backend: any SearchUnderTest) async throws {
        let filler = Array(repeating: "lorem ipsum", count: 35).joined(separator: " ")
        let (_, chat, messages) = sample(["\(filler) teapot \(filler)"])
        try await backend.take(messages)
        let page = try await backend.search.search(
            MessageQuery(text: "teapot", conversations: [chat], page: PageRequest(limit: 10)))
        let fragment = try #require(page.items.first).fragment
        #expect(fragment.contains("\u{2}teapot\u{3}"))
        #expect(fragment.count <= 250, "at most some 200 characters, but \(fragment.count)")
    }
}
