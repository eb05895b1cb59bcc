import MsgKit
import Testing

struct MessageContentTests {
    @Test(arguments: [
        ("hello", "hello"), ("  hello  ", "hello"), ("\u{a0}\u{3000}\n\thello\u{2028}\u{85}", "hello"),
        ("a\tb\r\nc", "a\tb\r\nc"), ("e\u{301}", "e\u{301}"), ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"), ("\u{202e}abc", "\u{202e}abc"),
    ])
    func isTrimmed(raw: String, text: String) throws {
        #expect(try MessageContent(raw).text.unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test(arguments: ["", " ", "\n\t\r", "\u{a0}\u{3000}\u{2003}", "\u{85}\u{2028}\u{2029}"])
    func whiteSpaceAloneIsEmpty(raw: String) {
        #expect { try MessageContent(raw) } throws: { isInvalid($0, "content") }
    }

    @Test(arguments: [
        "a\u{0}b", "\u{0}", "a\u{1}", "\u{7f}", "a\u{80}b", "a\u{9f}b", "a\u{2}b\u{3}", "a\u{1b}[31m", "a\u{c}b",
        "a\u{85}b",
    ])
    func controlCharactersAreRefused(raw: String) {
        #expect { try MessageContent(raw) } throws: { isInvalid($0, "content") }
    }

    @Test(arguments: ["a", "ä", "世", "😀", "\u{301}"])
    func aThousandScalarsAreTheMost(unit: String) throws {
        let longest = String(repeating: unit, count: 1000)
        #expect(try MessageContent(longest).text.unicodeScalars.count == 1000)
        #expect(try MessageContent("  " + longest + "\n").text.unicodeScalars.count == 1000)
        #expect { try MessageContent(longest + unit) } throws: { isInvalid($0, "content") }
    }

    /// A family of seven scalars counts as seven.
    @Test func whatLooksLikeOneCharacterCountsItsScalars() throws {
        #expect(try MessageContent(String(repeating: "👩‍👩‍👧‍👦", count: 142)).text.unicodeScalars.count == 994)
        #expect { try MessageContent(String(repeating: "👩‍👩‍👧‍👦", count: 143)) } throws: { isInvalid($0, "content") }
    }
}
