import MsgKit
import Testing

struct MessageTextMatcherTests {
    @Test(arguments: [
        ("green tea", "tea, green or black", "\u{2}tea\u{3}, \u{2}green\u{3} or black"),
        ("te", "a teapot", "a \u{2}teapot\u{3}"), ("STRASSE", "die Straße", "die \u{2}Straße\u{3}"),
        ("creme brul", "Cre\u{300}me Brûlée", "\u{2}Cre\u{300}me\u{3} \u{2}Brûlée\u{3}"),
        ("tea", "tea <b>Téa</b> teas", "\u{2}tea\u{3} <b>\u{2}Téa\u{3}</b> \u{2}teas\u{3}"),
        ("tea tea", "tea", "\u{2}tea\u{3}"), ("content:tea", "tea is content", "\u{2}tea\u{3} is \u{2}content\u{3}"),
    ])
    func itMatches(text: String, content: String, fragment: String) throws {
        #expect(try #require(MessageTextMatcher(text)).fragment(of: content) == fragment)
    }

    @Test(arguments: [
        ("te green", "tea is green"), ("green tea", "greentea"), ("ea", "tea"), ("tea coffee", "tea"), ("tea", ""),
        ("a.c", "abc"), ("tea", "t e a"),
    ])
    func itDoesNotMatch(text: String, content: String) throws {
        #expect(try #require(MessageTextMatcher(text)).fragment(of: content) == nil)
    }

    @Test(arguments: ["", " ", "...", "🫖", "\u{301}", "-_-", "\u{0}"])
    func aTextWithoutWordsMatchesNothing(text: String) {
        #expect(MessageTextMatcher(text) == nil)
    }

    @Test func wordsAreRunsOfLettersMarksAndDigits() {
        #expect(
            TextWords.words(of: "don't snake_case 9:30 cafe\u{301} 東京タワー") == [
                "don", "t", "snake", "case", "9", "30", "café", "東京タワー",
            ])
    }

    @Test(arguments: [
        ("Straße", "strasse"), ("ISTANBUL ılık İzmir", "istanbul ilik izmir"), ("Łódź", "lodz"), ("Ørsted", "orsted"),
        ("Ægir œuvre þing", "aegir oeuvre thing"), ("Ёлка", "елка"), ("Ὀδυσσεύς", "οδυσσευσ"), ("e\u{301}", "e"),
        ("한국어 日本語", "한국어 日本語"), ("plain ASCII", "plain ascii"), ("", ""),
    ])
    func textIsFolded(text: String, folded: String) {
        #expect(TextFolding.fold(text) == folded)
    }

    @Test func aFragmentIsCutAroundTheFirstMatch() {
        let filler = Array(repeating: "lorem ipsum", count: 50).joined(separator: " ")
        let fragment = MessageFragment.cut("\(filler) \u{2}teapot\u{3} \(filler)")
        #expect(fragment.contains("\u{2}teapot\u{3}"))
        #expect(fragment.hasPrefix("…") && fragment.hasSuffix("…"))
        #expect(fragment.count <= MessageFragment.length + 4)
        #expect(MessageFragment.cut("\u{2}short\u{3}") == "\u{2}short\u{3}")
    }
}
