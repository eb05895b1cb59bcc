import MsgKit
import Testing

struct PasswordTests {
    @Test(arguments: [
        "secret", "      ", String(repeating: "a", count: 72), "пароль", "😀😀😀😀😀😀", "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}",
        String(repeating: "😀", count: 18), "e\u{301}e\u{301}e\u{301}",
    ])
    func isKeptAsTyped(text: String) throws {
        #expect(try Password(text).text.unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test(arguments: [
        "", "short", "😀😀😀😀😀", String(repeating: "a", count: 73), String(repeating: "😀", count: 18) + "a",
        "secret\u{0}", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}",
    ])
    func tooShortTooLongAndNULAreRefused(text: String) {
        #expect { try Password(text) } throws: { isInvalid($0, "password") }
        #expect { try Password(text, field: "newPassword") } throws: { isInvalid($0, "newPassword") }
    }

    @Test func isNeverPrinted() throws {
        let password = try Password("open sesame")
        #expect(!"\(password)".contains("sesame"))
        #expect(!String(describing: password).contains("sesame"))
    }

    @Test func noComplaintRepeatsIt() {
        let secret = "my secret that is far too long for what bcrypt looks at, by more than a few bytes"
        #expect { try Password(secret) } throws: { !String(reflecting: $0).contains("secret that") }
    }
}
