import Foundation
import GRDB
import MsgKit
import Testing

@testable import SQLiteBackend

/// What is this index's own: folding, fragments, expressions, versions and the swap.
@Suite struct SearchTests {
    @Test(arguments: [
        ("Straße", "strasse"), ("ISTANBUL ılık İzmir", "istanbul ilik izmir"), ("Łódź", "lodz"), ("Ørsted", "orsted"),
        ("Ægir œuvre þing", "aegir oeuvre thing"), ("Ёлка", "елка"), ("Ὀδυσσεύς", "οδυσσευσ"), ("e\u{301}", "e"),
        ("한국어 日本語", "한국어 日本語"), ("plain ASCII", "plain ascii"), ("", ""),
    ])
    func textIsFolded(text: String, folded: String) {
        #expect(TextFolding.fold(text) == folded)
    }

    @Test(arguments: [
        ("tea", #"{content} : ("tea" *)"#), ("Green  Tea!", #"{content} : ("green" AND "tea" *)"#),
        (#"a" OR b* NEAR(c) -d ^e"#, #"{content} : ("a" AND "or" AND "b" AND "near" AND "c" AND "d" AND "e" *)"#),
        ("don't", #"{content} : ("don" AND "t" *)"#),
    ])
    func operatorsHaveNoMeaning(text: String, expression: String) {
        #expect(SearchExpression(text)?.content == expression)
    }

    @Test(arguments: ["", " ", "!?", "\u{301}", "\0", "🫖"])
    func aTextWithoutWordsHasNoExpression(text: String) {
        #expect(SearchExpression(text) == nil)
    }

    @Test func aFragmentKeepsToItsLengthAndItsMatch() {
        let (start, end) = (MessageMatch.matchStart, MessageMatch.matchEnd)
        let around = String(repeating: "word ", count: 150)
        let fragment = MessageFragment.cut("\(around)\(start)tea\(end) \(around)")
        #expect(fragment.contains("\(start)tea\(end)"))
        #expect(fragment.count <= MessageFragment.length + 4)
        #expect(fragment.hasPrefix("…word") && fragment.hasSuffix("word…"))
        let long = MessageFragment.cut("\(start)\(String(repeating: "x", count: 900))\(end)")
        #expect(long.first == start && long.suffix(2) == "\(end)…")
        #expect(MessageFragment.cut("short \(start)tea\(end)") == "short \(start)tea\(end)")
    }

    @Test func aFragmentShowsWhatWasWritten() async throws {
        let (home, backend, chat) = try await index(["Die Straße nach ŁÓDŹ"])
        let page = try await search("strasse lodz", backend, chat)
        let (start, end) = (MessageMatch.matchStart, MessageMatch.matchEnd)
        #expect(page.items.map(\.fragment) == ["Die \(start)Straße\(end) nach \(start)ŁÓDŹ\(end)"])
        _ = home
    }

    @Test func anIndexOfAnotherVersionIsMadeAnew() async throws {
        let (home, backend, chat) = try await index(["green tea"])
        try await backend.database.write { db in _ = try db.run("UPDATE search_state SET formatVersion = 0") }
        #expect(try await backend.search.checkpoint() == nil)
        #expect(try await search("tea", backend, chat).total == 0)
        let sender = Samples.ids.next(User.self)
        let change = MessageChange(
            position: ChangePosition(9), message: Samples.message("black tea", from: sender, in: chat))
        #expect(try await backend.search.apply([change], following: nil))
        #expect(try await search("tea", backend, chat).items.map(\.id) == [change.message.id])
        #expect(try await backend.search.checkpoint() == change.position)
        _ = home
    }

    @Test func aRebuildThatAnotherReplacedCannotGoLive() async throws {
        let (home, backend, chat) = try await index(["green tea"])
        let other = try await home.open()
        try await backend.search.beginRebuild(at: nil)
        try await other.search.beginRebuild(at: ChangePosition(3))
        await #expect { try await backend.search.finishRebuild() } throws: {
            MsgError(wrapping: $0).code == .conflict
        }
        #expect(try await search("tea", backend, chat).total == 1)
        try await other.search.finishRebuild()
        #expect(try await search("tea", backend, chat).total == 0)
        #expect(try await backend.database.read { try $0.number("SELECT count(*) FROM search_documents") } == 0)
    }

    @Test func theIndexIsSound() async throws {
        let (home, backend, _) = try await index((0..<300).map { "tea number \($0) ß" })
        let entries = try await backend.search.entries(after: nil, limit: 1000)
        try await backend.search.repair(storing: [], removing: entries.prefix(150).map(\.id))
        // FTS5 compares its index with the folded words; a delete of another text than was put in would show here.
        let found = try await backend.database.read { db in
            try db.number("SELECT count(*) FROM messages_fts WHERE messages_fts MATCH 'tea'")
        }
        #expect(found == 150)
        _ = home
    }

    private func index(_ contents: [String]) async throws -> (TestDirectory, SQLiteBackend, Conversation.ID) {
        let home = try TestDirectory()
        let backend = try await home.open()
        let (chat, sender) = (Samples.ids.next(Conversation.self), Samples.ids.next(User.self))
        let changes = contents.enumerated().map { number, content in
            MessageChange(
                position: ChangePosition(Int64(number + 1)), message: Samples.message(content, from: sender, in: chat))
        }
        #expect(try await backend.search.apply(changes, following: nil))
        return (home, backend, chat)
    }

    private func search(
        _ text: String, _ backend: SQLiteBackend, _ chat: Conversation.ID
    ) async throws -> Page<MessageMatch> {
        try await backend.search.search(
            MessageQuery(text: text, conversations: [chat], page: PageRequest(limit: 10)))
    }
}
