import MsgKit
import Testing

struct EmailAddressTests {
    @Test(arguments: [
        ("ada@example.org", "ada@example.org"), ("Ada@Example.ORG", "ada@example.org"),
        ("  ada@example.org\n", "ada@example.org"), ("a@b.c", "a@b.c"),
        ("first.last+tag@sub.example.org", "first.last+tag@sub.example.org"),
        ("o'neil@example.org", "o'neil@example.org"), ("ÄDA@exämple.org", "äda@exämple.org"),
    ])
    func isTrimmedAndInLowerCase(raw: String, text: String) throws {
        #expect(try EmailAddress(raw).text == text)
    }

    @Test(arguments: [
        "", "ada", "@example.org", "ada@", "ada@org", "ada@@example.org", "a@b@example.org", "ada.@example.org",
        ".ada@example.org", "a..da@example.org", "ada@example..org", "ada@.org", "ada@example.", "ada@-example.org",
        "ada@example-.org", "a da@example.org", "ada@exam ple.org", "a\u{0}da@example.org", "ada@example.org\u{0}",
        "a\nda@example.org", "\"ada\"@example.org", "ada@[127.0.0.1]", "ada,eve@example.org", "<ada@example.org>",
        "a(da)@example.org", "ada@exa_mple.org",
    ])
    func whatIsNoAddressIsRefused(raw: String) {
        #expect { try EmailAddress(raw) } throws: { isInvalid($0, "email") }
    }

    @Test(arguments: ["\u{80}", "\u{85}", "\u{9b}", "\u{a0}", "\u{1680}", "\u{2003}", "\u{2028}", "\u{3000}"])
    func controlCharactersAndSpacesOfUnicodeAreRefusedInside(text: String) {
        #expect { try EmailAddress("a\(text)da@example.org") } throws: { isInvalid($0, "email") }
        #expect { try EmailAddress("ada@exam\(text)ple.org") } throws: { isInvalid($0, "email") }
    }

    @Test func lengthsAreCountedInBytes() throws {
        let local = String(repeating: "a", count: 64)
        #expect(try EmailAddress(local + "@example.org").text.hasPrefix(local))
        #expect { try EmailAddress("a" + local + "@example.org") } throws: { isInvalid($0, "email") }
        #expect { try EmailAddress(String(repeating: "ä", count: 33) + "@example.org") } throws: {
            isInvalid($0, "email")
        }
        let domain = String(repeating: "d.", count: 93) + "org"
        #expect(try EmailAddress(local + "@" + domain).text.utf8.count == 254)
        #expect { try EmailAddress(local + "@d" + domain) } throws: { isInvalid($0, "email") }
    }
}
