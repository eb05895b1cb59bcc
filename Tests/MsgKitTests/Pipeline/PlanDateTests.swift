import Foundation
import MsgKit
import Testing

struct PlanDateTests {
    @Test(arguments: ["2026-01-31", "2024-02-29", "2000-02-29", "1999-12-31", "0001-01-01", "9999-12-31"])
    func aDayIsWrittenAsItIsRead(text: String) throws {
        #expect(try #require(PlanDate(text)).description == text)
    }

    @Test(arguments: [
        "", "2026", "2026-1-1", "2026-02-29", "1900-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-01-00",
        "2026-01-32", "2026-04-31", "26-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "2026-01-01T00:00:00Z",
        "-026-01-01", "+026-01-01", "２０２６-01-01", "2026-01-0a", "2026--1-1", "2026-01-01\u{0}",
    ])
    func daysThatAreNotAreRefused(text: String) {
        #expect(PlanDate(text) == nil)
    }

    @Test(arguments: [
        ("2026-01-31T22:59:59Z", "UTC", "2026-01-31"), ("2026-01-31T22:59:59Z", "Europe/Istanbul", "2026-02-01"),
        ("2026-02-01T04:59:59Z", "America/New_York", "2026-01-31"),
        ("2026-02-01T05:00:00Z", "America/New_York", "2026-02-01"),
        ("2024-02-29T12:00:00Z", "Pacific/Kiritimati", "2024-03-01"),
    ])
    func anInstantFallsOnTheDayOfItsZone(instant: String, zone: String, day: String) throws {
        let date = try #require(Date(iso8601: instant))
        #expect(PlanDate(date, in: try #require(TimeZone(identifier: zone))).description == day)
    }

    @Test(arguments: [
        ("2026-01-31", 0, "UTC", "2026-01-31T00:00:00.000Z"), ("2026-01-31", 34_200, "UTC", "2026-01-31T09:30:00.000Z"),
        ("2026-01-31", 86_399, "UTC", "2026-01-31T23:59:59.000Z"),
        ("2026-01-31", 86_400, "UTC", "2026-02-01T00:00:00.000Z"),
        ("2026-07-01", 32_400, "Europe/Istanbul", "2026-07-01T06:00:00.000Z"),
        ("2024-02-29", 43_200, "Asia/Kathmandu", "2024-02-29T06:15:00.000Z"),
    ])
    func aTimeOfDayIsAnInstant(day: String, second: Int, zone: String, instant: String) throws {
        let date = try #require(PlanDate(day)).instant(
            secondOfDay: second, in: try #require(TimeZone(identifier: zone)))
        #expect(date?.iso8601 == instant)
    }

    /// New York jumped from 02:00 to 03:00 on 2026-03-08, Berlin on 2026-03-29.
    @Test(arguments: [
        ("2026-03-08", 7199, "America/New_York", "2026-03-08T06:59:59.000Z"),
        ("2026-03-08", 9000, "America/New_York", "2026-03-08T07:30:00.000Z"),
        ("2026-03-08", 10_800, "America/New_York", "2026-03-08T07:00:00.000Z"),
        ("2026-03-29", 9000, "Europe/Berlin", "2026-03-29T01:30:00.000Z"),
    ])
    func aTimeThatADaySkipsMovesForwardByWhatWasSkipped(
        day: String, second: Int, zone: String, instant: String
    ) throws {
        let date = try #require(PlanDate(day)).instant(
            secondOfDay: second, in: try #require(TimeZone(identifier: zone)))
        #expect(date?.iso8601 == instant)
    }

    /// New York had 01:00–02:00 twice on 2026-11-01, Berlin 02:00–03:00 on 2026-10-25.
    @Test(arguments: [
        ("2026-11-01", 5400, "America/New_York", "2026-11-01T05:30:00.000Z"),
        ("2026-11-01", 7200, "America/New_York", "2026-11-01T07:00:00.000Z"),
        ("2026-10-25", 9000, "Europe/Berlin", "2026-10-25T00:30:00.000Z"),
        ("2026-10-25", 10_800, "Europe/Berlin", "2026-10-25T02:00:00.000Z"),
    ])
    func ofATimeThatADayHasTwiceTheFirstIsTaken(day: String, second: Int, zone: String, instant: String) throws {
        let date = try #require(PlanDate(day)).instant(
            secondOfDay: second, in: try #require(TimeZone(identifier: zone)))
        #expect(date?.iso8601 == instant)
    }

    @Test func jsonIsTheText() throws {
        let day = try #require(PlanDate("2026-01-31"))
        let data = try JSONEncoder().encode([day])
        #expect(String(decoding: data, as: UTF8.self) == #"["2026-01-31"]"#)
        #expect(try JSONDecoder().decode([PlanDate].self, from: data) == [day])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([PlanDate].self, from: Data(#"["2026-02-30"]"#.utf8))
        }
    }
}
