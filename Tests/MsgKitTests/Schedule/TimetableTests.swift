import Foundation
import MsgKit
import Testing

struct TimetableTests {
    private func timetable(_ text: String, _ zone: String) throws -> Timetable {
        try Timetable(text, in: try #require(TimeZone(identifier: zone)))
    }

    private func instant(_ text: String) throws -> Date { try #require(Date(iso8601: text)) }

    @Test(arguments: [
        ("0 2 * * *", "UTC", "2026-01-31T02:00:00Z", ["2026-02-01T02:00", "2026-02-02T02:00"]),
        ("0 2 * * *", "UTC", "2026-01-31T01:59:59.999Z", ["2026-01-31T02:00", "2026-02-01T02:00"]),
        ("0 2 * * *", "Asia/Kathmandu", "2026-01-31T00:00:00Z", ["2026-01-31T20:15", "2026-02-01T20:15"]),
        ("*/15 9-10 * * MON-FRI", "UTC", "2026-01-30T10:40:00Z", ["2026-01-30T10:45", "2026-02-02T09:00"]),
        ("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", ["2028-02-29T00:00", "2032-02-29T00:00"]),
        ("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", ["2104-02-29T00:00", "2108-02-29T00:00"]),
        // Leap days that are Saturdays or Sundays, over 2100, which has none.
        ("0 0 29 2 */6", "UTC", "2080-01-01T00:00:00Z", ["2088-02-29T00:00", "2116-02-29T00:00"]),
        ("0 0 31 * *", "UTC", "2026-01-31T00:00:00Z", ["2026-03-31T00:00", "2026-05-31T00:00"]),
        ("@hourly", "UTC", "1969-12-31T22:30:00Z", ["1969-12-31T23:00", "1970-01-01T00:00"]),
        // Berlin skips 02:00–03:00 on 29 March: once, when it has skipped it.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", ["2026-03-29T01:00", "2026-03-30T00:30"]),
        ("*/10 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", ["2026-03-29T01:00", "2026-03-30T00:00"]),
        ("0 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", ["2026-03-29T01:00", "2026-03-30T00:00"]),
        ("0 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", ["2026-03-29T01:00", "2026-03-29T02:00"]),
        ("30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", ["2026-03-29T00:30", "2026-03-29T01:30"]),
        // It has 02:00–03:00 twice on 25 October: the first, but each hour of every hour.
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T01:00:00Z", ["2026-10-26T01:30", "2026-10-27T01:30"]),
        ("30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", ["2026-10-25T00:30", "2026-10-25T01:30"]),
        ("0 3 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", ["2026-10-25T02:00", "2026-10-26T02:00"]),
        ("30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", ["2026-03-08T07:00", "2026-03-09T06:30"]),
        ("30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", ["2026-11-01T05:30", "2026-11-02T06:30"]),
        // Half an hour.
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", ["2026-10-03T15:30", "2026-10-04T15:15"]),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00Z", ["2026-04-04T14:45", "2026-04-05T15:15"]),
        ("45 * * * *", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", ["2026-04-04T14:45", "2026-04-04T15:15"]),
        // A day without a midnight.
        ("@daily", "America/Sao_Paulo", "2018-11-03T12:00:00Z", ["2018-11-04T03:00", "2018-11-05T02:00"]),
        // No 30 December: its runs come with the beginning of the next day, and are one with those of that.
        ("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", ["2011-12-30T10:00", "2012-12-29T22:00"]),
        ("@daily", "Pacific/Apia", "2011-12-29T00:00:00Z", ["2011-12-29T10:00", "2011-12-30T10:00"]),
        ("0 12 * * *", "Pacific/Apia", "2011-12-29T12:00:00Z", ["2011-12-29T22:00", "2011-12-30T10:00"]),
        ("0 * 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", ["2012-12-29T10:00", "2012-12-29T11:00"]),
        // From 00:01 back to 23:01 of the day before.
        ("@daily", "America/St_Johns", "2010-11-06T12:00:00Z", ["2010-11-07T02:30", "2010-11-08T03:30"]),
        ("30 23 * * *", "America/St_Johns", "2010-11-06T12:00:00Z", ["2010-11-07T02:00", "2010-11-08T03:00"]),
        ("0 * * * *", "America/St_Johns", "2010-11-07T02:00:00Z", ["2010-11-07T02:30", "2010-11-07T03:30"]),
        ("1,0 * * * *", "America/St_Johns", "2010-11-07T02:00:00Z", ["2010-11-07T02:30", "2010-11-07T02:31"]),
    ])
    func theNextTwo(text: String, zone: String, after: String, instants: [String]) throws {
        let found = try timetable(text, zone).instants(2, after: instant(after))
        #expect(found.map(\.iso8601) == instants.map { $0 + ":00.000Z" })
    }

    @Test(arguments: [
        ("@every 90s", "1970-01-01T00:00:00Z", "1970-01-01T00:01:30.000Z"),
        ("@every 90s", "1970-01-01T00:01:29.999Z", "1970-01-01T00:01:30.000Z"),
        ("@EVERY 1m", "2026-01-31T12:00:00Z", "2026-01-31T12:01:00.000Z"),
        ("@every 1500ms", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z"),
        ("@every 1500ms", "1969-12-31T23:59:57Z", "1969-12-31T23:59:58.500Z"),
    ])
    func everySoOftenIsTheSameForAllNodes(text: String, after: String, next: String) throws {
        let timetable = try timetable(text, "Europe/Berlin")
        let found = try #require(timetable.next(after: try instant(after)))
        #expect(found.iso8601 == next)
        #expect(timetable.latest(atOrBefore: found) == found)
    }

    @Test(arguments: ["@every", "@every 5", "@every 999ms", "@every 367d", "@every soon", "@every 5m 3s", "@every -5m"])
    func durationsThatAreNoneAreRefused(text: String) {
        let problem = #expect(throws: CronProblem.self) { try Timetable(text, in: .gmt) }
        #expect(problem?.remedy == "write a duration from 1s to 366d after it, such as @every 90s")
    }

    @Test(arguments: ["0 2 * * *", "@daily", "@every 90s", "@every 1h", "*/5 9-17 * JAN MON"])
    func itIsWrittenAsItIsRead(text: String) throws {
        #expect(try timetable(text, "UTC").description == text)
    }

    @Test func anotherZoneIsAnotherTime() throws {
        let berlin = try timetable("0 2 * * *", "Europe/Berlin")
        #expect(
            try timetable("0 2 * * *", "UTC").reading(in: #require(TimeZone(identifier: "Europe/Berlin"))) == berlin)
        #expect(try timetable("@every 5m", "UTC").reading(in: .gmt) == timetable("@every 5m", "UTC"))
    }

    @Test(arguments: ["* * * * *", "@daily", "@every 1s", "0 0 29 2 *"])
    func theEndsOfTimeAreNoTrap(text: String) throws {
        let timetable = try timetable(text, "Pacific/Kiritimati")
        for instant in [
            Date.distantPast, .distantFuture, Date(timeIntervalSince1970: 1e18),
            Date(timeIntervalSince1970: -.infinity),
        ] {
            _ = timetable.next(after: instant)
            _ = timetable.latest(atOrBefore: instant)
        }
        #expect(timetable.next(after: Date(timeIntervalSince1970: .nan)) == nil)
        #expect(timetable.next(after: Date(timeIntervalSince1970: 1e12)) == nil)
        _ = timetable.next(after: try instant("9999-12-31T23:59:59Z"))
        _ = timetable.latest(atOrBefore: try instant("0001-01-01T00:00:00Z"))
    }
}
