import MsgKit
import Testing

struct ConstantTimeTests {
    @Test func comparisonLooksAtEveryByte() {
        #expect(ConstantTime.areEqual("abc", "abc"))
        #expect(!ConstantTime.areEqual("abc", "abd"))
        #expect(!ConstantTime.areEqual("xbc", "abc"))
        #expect(!ConstantTime.areEqual("abc", "abcd"))
        #expect(ConstantTime.areEqual("", ""))
        #expect(!ConstantTime.areEqual("\u{e9}", "e\u{301}"), "equal as characters")
    }
}
