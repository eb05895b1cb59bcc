import Foundation
import MsgKit
import Testing

struct SendWindowTests {
    /// 09:00–18:00.
    private func window(_ zone: String = "UTC") throws -> SendWindow {
        SendWindow(start: 32_400, end: 64_800, timeZone: try #require(TimeZone(identifier: zone)))
    }

    private func remainder(at instant: String, zone: String = "UTC", of day: String = "2026-01-31") throws -> [String]?
    {
        let range = try window(zone).remainder(
            of: try #require(PlanDate(day)), at: try #require(Date(iso8601: instant)))
        return range.map { [$0.lowerBound.iso8601, $0.upperBound.iso8601] }
    }

    @Test(arguments: ["2026-01-01T00:00:00Z", "2026-01-31T02:00:00Z", "2026-01-31T09:00:00Z"])
    func beforeItOpensAllIsLeft(instant: String) throws {
        #expect(try remainder(at: instant) == ["2026-01-31T09:00:00.000Z", "2026-01-31T18:00:00.000Z"])
    }

    @Test func whileItIsOpenTheRestIsLeft() throws {
        #expect(
            try remainder(at: "2026-01-31T12:34:56.789Z") == ["2026-01-31T12:34:56.789Z", "2026-01-31T18:00:00.000Z"])
        #expect(
            try remainder(at: "2026-01-31T17:59:59.999Z") == ["2026-01-31T17:59:59.999Z", "2026-01-31T18:00:00.000Z"])
    }

    @Test(arguments: ["2026-01-31T18:00:00Z", "2026-01-31T18:00:00.001Z", "2026-02-01T12:00:00Z"])
    func afterItClosedNothingIsLeft(instant: String) throws {
        #expect(try remainder(at: instant) == nil)
    }

    @Test func itIsThatOfItsZone() throws {
        #expect(
            try remainder(at: "2026-01-31T00:00:00Z", zone: "Europe/Istanbul")
                == ["2026-01-31T06:00:00.000Z", "2026-01-31T15:00:00.000Z"])
    }

    @Test func aWindowInASkippedHourIsStillOne() throws {
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        let day = try #require(PlanDate("2026-03-08"))
        let window = SendWindow(start: 7200, end: 14_400, timeZone: zone)
        let range = try #require(window.remainder(of: day, at: .distantPast))
        #expect(range.upperBound.timeIntervalSince(range.lowerBound) == 3600)
        // Wholly within the skipped hour it lies an hour later, as long as before.
        let skipped = SendWindow(start: 7500, end: 9300, timeZone: zone)
        let moved = try #require(skipped.remainder(of: day, at: .distantPast))
        #expect(moved.upperBound.timeIntervalSince(moved.lowerBound) == 1800)
    }
}
