import MsgKit
import Testing

/// The texts beside a message: a client's own id, a group's name, what a profile says.
struct ShortTextTests {
    @Test(arguments: ["a", "0f8f", "id with spaces", "😀", String(repeating: "x", count: 128)])
    func clientMessageIDsAreKeptAsTheyAre(text: String) throws {
        #expect(try ClientMessageID(text).text == text)
    }

    @Test(arguments: [
        "", String(repeating: "x", count: 129), String(repeating: "😀", count: 129), "a\u{0}", "a\u{1f}b", "a\u{7f}",
        "a\nb", "a\tb", "a\rb",
    ])
    func clientMessageIDsOutsideTheRulesAreRefused(text: String) {
        #expect { try ClientMessageID(text) } throws: { isInvalid($0, "clientMessageId") }
    }

    @Test func aClientMessageIDCountsScalars() throws {
        #expect(try ClientMessageID(String(repeating: "😀", count: 128)).text.unicodeScalars.count == 128)
    }

    @Test(arguments: [
        ("Team", "Team"), ("  Team A \n", "Team A"), ("\u{3000}チーム\u{a0}", "チーム"), ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),
    ])
    func groupNamesAreTrimmed(raw: String, text: String) throws {
        #expect(try GroupName(raw).text == text)
    }

    @Test(arguments: ["a", "😀", "\u{301}"])
    func aHundredScalarsAreTheMostOfAGroupName(unit: String) throws {
        #expect(try GroupName(String(repeating: unit, count: 100)).text.unicodeScalars.count == 100)
        #expect { try GroupName(String(repeating: unit, count: 101)) } throws: { isInvalid($0, "name") }
    }

    @Test(arguments: ["", "  ", "\u{2003}", "a\u{0}b", "a\nb", "a\r\nb", "a\u{2028}b", "a\u{85}b", "a\u{1b}b", "a\tb"])
    func groupNamesOutsideTheRulesAreRefused(raw: String) {
        #expect { try GroupName(raw) } throws: { isInvalid($0, "name") }
    }

    @Test(arguments: ["https://example.org/a.png", "http://example.org", "https://example.org/%C3%A4?x=1#f"])
    func avatarsAreWebAddresses(text: String) throws {
        #expect(try ProfileChange.validAvatar(text) == text)
    }

    @Test(arguments: [
        "", "a.png", "/a.png", "ftp://example.org/a.png", "javascript:alert(1)", "data:image/png;base64,AA==",
        "https://", "https:///a.png", "https://example.org/a b", "https://example.org/\"onerror=\"x",
        "https://example.org/<b>", "https://example.org/a\nb",
        "https://example.org/" + String(repeating: "a", count: 2048),
    ])
    func otherAvatarsAreRefused(text: String) {
        #expect { try ProfileChange.validAvatar(text) } throws: { isInvalid($0, "avatar") }
    }

    @Test(arguments: ["UTC", "Europe/Istanbul", "America/New_York", "Asia/Calcutta"])
    func timeZonesAreNamesOfTheDatabase(text: String) throws {
        #expect(try ProfileChange.validTimeZone(text) == text)
    }

    @Test(arguments: [
        "", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe/Istanbul\u{0}", "europe istanbul", "GMT+3",
    ])
    func otherTimeZonesAreRefused(text: String) {
        #expect { try ProfileChange.validTimeZone(text) } throws: { isInvalid($0, "timezone") }
    }
}
