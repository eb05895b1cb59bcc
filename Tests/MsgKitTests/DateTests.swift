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

    /// Days around the ends of months, years and centuries, leap days among them, and the first and the last instant.
    @Test func theCalendarIsFoundations() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var instants: [Int64] = [0, 253_402_300_799_999, -1, 253_402_300_800_000]
        for year in [1971, 1972, 1999, 2000, 2001, 2024, 2026, 2096, 2100, 2400, 9999] {
            for month in 1...12 {
                var parts = DateComponents(timeZone: .gmt, year: year, month: month, day: 1)
                parts.calendar = Calendar(identifier: .gregorian)
                guard let first = parts.date?.millisecondsSince1970 else { continue }
                instants += [first - 1, first, first + 43_200_123]
            }
        }
        for instant in instants {
            let date = Date(millisecondsSince1970: instant)
            #expect(date.iso8601 == date.addingTimeInterval(0.0005).formatted(style))
        }
    }
}
