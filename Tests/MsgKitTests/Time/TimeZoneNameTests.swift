import Foundation
import MsgKit
import Testing

struct TimeZoneNameTests {
    @Test func everyNameThatFoundationListsIsOne() {
        let unknown = TimeZone.knownTimeZoneIdentifiers.filter { TimeZone(name: $0) == nil }
        #expect(unknown.isEmpty)
    }

    @Test(arguments: [
        ("UTC", 0), ("GMT", 0), ("Etc/UTC", 0), ("Etc/GMT", 0), ("Etc/GMT+3", -3), ("Etc/GMT-14", 14), ("GMT+0", 0),
        ("Zulu", 0), ("Turkey", 3), ("Japan", 9), ("US/Hawaii", -10), ("Asia/Saigon", 7), ("Africa/Asmera", 3),
    ])
    func linksAndWhatIsInNoAreaAreNames(name: String, hours: Int) throws {
        let zone = try #require(TimeZone(name: name))
        #expect(zone.secondsFromGMT(for: Date(timeIntervalSince1970: 1_769_860_800)) == hours * 3600)
    }

    @Test(arguments: [
        "GMT+3", "GMT-3", "GMT+0300", "GMT+03:00", "UTC+3", "UTC+0300", "+03:00", "PST", "IST", "SystemV/EST5",
        "Etc/GMT+30", "Etc/Nowhere", "Mars/Olympus", "", "/", "Europe/", "/Europe/Berlin", "GMT+3/", "Europe/Berlin ",
        "Europe/Zürich", String(repeating: "A/", count: 40),
    ])
    func offsetsAbbreviationsAndOtherTextsAreNone(name: String) {
        #expect(TimeZone(name: name) == nil)
    }
}
