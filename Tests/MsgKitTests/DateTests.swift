import Foundation
import MsgKit
import Testing

struct DateTests {
    @Test func everyMillisecondIsWrittenAsItselfAndReadBack() throws {
        for millisecond in 0..<1000 {
            let date = Date(millisecondsSince1970: 1_795_348_377_000 + Int64(millisecond))
            let digits = String(millisecond)
            let padded = String(repeating: "0", count: 3 - digits.count) + digits
            #expect(date.iso8601 == "2026-11-22T11:52:57.\(padded)Z")
            #expect(Date(iso8601: date.iso8601) == date)
        }
    }

    @Test(arguments: ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-22", "2026-11-22T25:00:00Z"])
    func whatIsNoInstantIsRefused(text: String) {
        #expect(Date(iso8601: text) == nil)
    }

    @Test(arguments: ["2026-11-22T11:52:57Z", "2026-11-22T11:52:57.000Z", "2026-11-22T12:52:57+01:00"])
    func formsOfOneInstant(text: String) {
        #expect(Date(iso8601: text) == Date(millisecondsSince1970: 1_795_348_377_000))
    }
}
