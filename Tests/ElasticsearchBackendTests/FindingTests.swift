import Foundation
import MsgKit
import MsgTestKit
import Testing

@testable import ElasticsearchBackend

/// What is this index's own in finding: typing errors, ranks, scripts, deep pages and wide scopes.
@Suite(
    .timeLimit(.minutes(5)),
    .enabled(if: EngineURL.elasticsearch != nil, "It needs an Elasticsearch; start one with scripts/services."))
struct FindingTests {
    private static func check(
        _ contents: [String],
        _ test: (TestIndex, [Message], _ find: (String) async throws -> [MessageMatch]) async throws -> Void
    ) async throws {
        try await TestIndex.check { backend in
            let make = Fixtures()
            let (chat, sender): (Conversation.ID, User.ID) = (make.id(), make.id())
            let messages = contents.enumerated().map { number, content in
                make.message(content, by: sender, in: chat, at: make.instant(.seconds(number)))
            }
            try await backend.know(messages)
            try await test(backend, messages) { text in
                try await backend.search.search(
                    MessageQuery(text: text, conversations: [chat], page: PageRequest(limit: 100))
                ).items
            }
        }
    }

    @Test func typingErrorsAreLookedPast() async throws {
        let contents = ["see you tomorrow at the restaurant", "green tea", "invoice 20431", "he said hello"]
        try await Self.check(contents) { _, messages, find in
            let expected: [String: [Int]] = [
                "tomorow": [0], "tomorrwo": [0], "restuarant": [0], "resturant tomorow": [0], "gren tea": [1],
                "greem": [1], "helo": [3], "hello siad": [3],
                // Never the first letter, nothing in three letters, nothing in what has digits.
                "omorrow": [], "yomorrow": [], "tee": [], "20432": [], "invoice 20413": [], "invioce 20431": [2],
            ]
            for (text, numbers) in expected {
                let found = try await find(text).map(\.id)
                #expect(Set(found) == Set(numbers.map { messages[$0].id }), "the text is \(text)")
            }
        }
    }

    @Test func exactBeforeBeginningBeforeTypingError() async throws {
        try await Self.check(["form", "formation", "from", "forms of address", "fork"]) { _, messages, find in
            let found = try await find("form")
            #expect(found.map(\.id) == [0, 3, 1, 4, 2].map { messages[$0].id })
            #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
        }
    }

    @Test func whatMatchesInTheSameWayIsNewestFirst() async throws {
        try await Self.check((0..<8).map { "tomorrow\($0) " + String(repeating: "x ", count: $0) }) {
            _, messages, find in
            let found = try await find("tomor")
            #expect(found.map(\.id) == messages.reversed().map(\.id))
        }
    }

    @Test func lettersAreFoldedInEveryScript() async throws {
        let contents = [
            "Straße nach ŁÓDŹ", "İstanbul ılık", "Ёлка и йод", "Ὀδυσσεύς", "שָׁלוֹם", "مُحَمَّد أحمد", "Ørsted Ægir þing",
            "東京タワーで会う", "한국어 수업",
            "ﬁnal", "Việt Nam",
        ]
        try await Self.check(contents) { _, messages, find in
            let expected: [String: [Int]] = [
                "strasse lodz": [0], "STRASSE": [0], "istanbul": [1], "ISTANBUL ilik": [1], "елка": [2],
                "ЕЛКА иод": [2],
                "οδυσσευς": [3], "ΟΔΥΣΣΕΥΣ": [3], "שלום": [4], "محمد احمد": [5], "orsted": [6], "aegir thing": [6],
                "東京": [7], "会う": [7], "京東タワー": [7], "한국어": [8], "한국어 수": [8], "final": [9], "viet": [10],
            ]
            for (text, numbers) in expected {
                let found = try await find(text).map(\.id)
                #expect(found == numbers.map { messages[$0].id }, "the text is \(text)")
            }
        }
    }

    @Test func wordsEndWhereTheyDoOnEveryEngine() async throws {
        let contents = ["content:tea", "don't first.last snake_case", "e-mail me@example.org", "3.14 9:30 1,000"]
        try await Self.check(contents) { _, messages, find in
            let expected: [String: [Int]] = [
                "tea": [0], "last": [1], "case snake": [1], "don": [1], "example": [2], "mail e": [2], "14 3": [3],
                "30": [3], "000": [3], "don't": [1], "first.last": [1],
            ]
            for (text, numbers) in expected {
                let found = try await find(text).map(\.id)
                #expect(found == numbers.map { messages[$0].id }, "the text is \(text)")
            }
        }
    }

    @Test func fragmentsAreComposed() async throws {
        try await Self.check(["Η Οδύσσεια του Ὀδυσσέως και ο καλός"]) { _, messages, find in
            let found = try await find("οδυσσεια καλοσ οδυσσεω")
            let expected = "Η \u{2}Οδύσσεια\u{3} του \u{2}Ὀδυσσέως\u{3} και ο \u{2}καλός\u{3}"
            #expect(
                found.map { Array($0.fragment.unicodeScalars) } == [
                    Array(expected.precomposedStringWithCanonicalMapping.unicodeScalars)
                ])
        }
    }

    @Test func whatIsSimilarIsMarkedToo() async throws {
        try await Self.check(["See you tomorrow at the restaurant"]) { _, _, find in
            let found = try await find("resturant tomo")
            #expect(found.map(\.fragment) == ["See you \u{2}tomorrow\u{3} at the \u{2}restaurant\u{3}"])
        }
    }

    @Test func beyondTheWindowThereIsOnlyTheTotal() async throws {
        try await Self.check(["tea", "tea"]) { backend, messages, _ in
            for page in [PageRequest(page: 101, limit: 100), PageRequest(page: PageRequest.maximumPage, limit: 200)] {
                let found = try await backend.search.search(
                    MessageQuery(text: "tea", conversations: [messages[0].conversation], page: page))
                #expect(found.items.isEmpty)
                #expect(found.total == 2)
                #expect(found.request == page)
            }
            let last = try await backend.search.search(
                MessageQuery(
                    text: "tea", conversations: [messages[0].conversation], page: PageRequest(page: 2, limit: 9_999)))
            #expect(last.total == 2, "a page across the window's edge is asked for up to the edge")
        }
    }

    @Test func aScopeMayBeWiderThanTheEnginesList() async throws {
        try await Self.check(["tea"]) { backend, messages, _ in
            let others = SequentialIdentifiers(series: 9)
            var chats: [Conversation.ID] = (0..<SearchBody.termsLimit + 10).map { _ in others.next(Conversation.self) }
            func search() async throws -> [Message.ID] {
                try await backend.search.search(
                    MessageQuery(text: "tea", conversations: chats, page: PageRequest(limit: 10))
                ).items.map(\.id)
            }
            let before = try await search()
            #expect(before.isEmpty)
            chats.append(messages[0].conversation)
            let after = try await search()
            #expect(after == [messages[0].id])
        }
    }

    @Test func aContentBeyondTheBoundIsCut() async throws {
        let long = "first " + String(repeating: "word ", count: 20_000) + "last"
        try await Self.check([long]) { _, messages, find in
            let (first, last) = (try await find("first"), try await find("last"))
            #expect(first.map(\.id) == [messages[0].id])
            #expect(last.isEmpty)
        }
    }

    @Test func foldingHasOneRuleForACharacter() {
        let characters = FoldingRules.mappings.map { $0.prefix(6) }
        #expect(Set(characters).count == characters.count, "the engine refuses two rules for a character")
        #expect(FoldingRules.mappings.contains("\\u003a => \\u0020"))
        #expect(FoldingRules.dropped.hasPrefix("[\\u0300-\\u036f"))
    }

    @Test(arguments: [
        ("plain", "plain"), ("Cre\u{300}me Việt", "Crème Việt"), ("ё", "е\u{308}"), ("ά", "α\u{301}"),
        ("İ", "I\u{307}"), ("が 한", "が 한"), ("🫖", "🫖"),
    ])
    func onlyWhatTheEngineLeavesIsTakenApart(text: String, prepared: String) {
        #expect(Array(FoldingRules.prepare(text).unicodeScalars) == Array(prepared.unicodeScalars))
    }
}
