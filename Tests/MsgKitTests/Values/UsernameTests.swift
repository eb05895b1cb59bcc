import MsgKit
import Testing

struct UsernameTests {
    @Test(arguments: ["abc", "A_9", "___", "123", String(repeating: "a", count: 30)])
    func whatIsAllowedIsKeptAsItIs(text: String) throws {
        #expect(try Username(text).text == text)
    }

    @Test(arguments: [
        "", "ab", String(repeating: "a", count: 31), "a b", " abc", "abc ", "abc\n", "a\u{0}bc", "a-b", "a.b", "a@b",
        "ärger", "адам", "a\u{301}bc", "abc\u{200b}", "😀😀😀", "a\u{a0}bc", "ａｂｃ", "a'b", "a\"b",
    ])
    func anythingElseIsRefused(text: String) {
        #expect { try Username(text) } throws: { isInvalid($0, "username") }
    }
}
