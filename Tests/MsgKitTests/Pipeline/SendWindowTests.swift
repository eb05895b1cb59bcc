import Foundation
import Testing

@testable import MsgKit

struct SendWindowTests {
    /// 09:00–18:00.
    private func window(_ zone: String = "UTC") throws -> SendWindow {
        SendWindow(start: 32_400, end: 64_800, timeZone: try #require(TimeZone(identifier: zone)))
    }

    private func remainder(at instant: String, zone: String = "UTC", of day: String = "2026-01-31") throws -> [String]?
    {
        let spans = try window(zone).remainder(
            of: try #require(PlanDate(day)), at: try #require(Date(iso8601: instant)))
        return spans?.ranges.flatMap { [$0.lowerBound.iso8601, $0.upperBound.iso8601] }
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
        let spans = try #require(window.remainder(of: day, at: .distantPast))
        let range = try #require(spans.ranges.first)
        #expect(!spans.isCut && spans.ranges.count == 1)
        #expect(range.upperBound.timeIntervalSince(range.lowerBound) == 3600)
        // Wholly within the skipped hour it lies an hour later, as long as before.
        let skipped = SendWindow(start: 7500, end: 9300, timeZone: zone)
        let moved = try #require(skipped.remainder(of: day, at: .distantPast)?.ranges.first)
        #expect(moved.lowerBound.iso8601 == "2026-03-08T07:00:00.000Z")
        #expect(moved.upperBound.timeIntervalSince(moved.lowerBound) == 1800)
    }

    /// New York had 01:00–02:00 twice on 2026-11-01: 01:10 of the second pass is outside of a window from 01:30.
    @Test func inAnHourThatComesTwiceOnlyTimesOfTheWindowCount() throws {
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        let window = SendWindow(start: 5400, end: 32_400, timeZone: zone)
        let spans = window.spans(of: try #require(PlanDate("2026-11-01")))
        #expect(
            spans.map { [$0.lowerBound.iso8601, $0.upperBound.iso8601] } == [
                ["2026-11-01T05:30:00.000Z", "2026-11-01T06:00:00.000Z"],
                ["2026-11-01T06:30:00.000Z", "2026-11-01T14:00:00.000Z"],
            ])
    }

    @Test func aDayThatAZoneLeavesOutHasNoWindow() throws {
        let samoa = try window("Pacific/Apia")
        #expect(samoa.spans(of: try #require(PlanDate("2011-12-30"))).isEmpty)
        #expect(samoa.remainder(of: try #require(PlanDate("2011-12-30")), at: .distantPast) == nil)
    }

    @Test func aWindowInAnHourThatIsSkippedUpToMidnightBeginsTheNextDay() throws {
        let nuuk = SendWindow(start: 84_823, end: 85_608, timeZone: try #require(TimeZone(identifier: "America/Nuuk")))
        let spans = nuuk.spans(of: try #require(PlanDate("2033-03-26")))
        let midnight = try #require(Date(iso8601: "2033-03-27T01:00:00Z"))
        #expect(spans == [midnight..<midnight.addingTimeInterval(785)])
    }

    /// Every local time of the window, and no other, on random days of every zone that is known.
    @Test func everyInstantShowsATimeOfTheWindow() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for name in TimeZone.knownTimeZoneIdentifiers {
            let zone = try #require(TimeZone(identifier: name))
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = zone
            // 2000-01-01 to 2037-12-31.
            let date = PlanDate(daysSince1970: 10_957 + generator.below(13_879))
            let start = generator.below(86_399)
            let window = SendWindow(start: start, end: start + 1 + generator.below(86_400 - start), timeZone: zone)
            let whole = window.spans(of: date)
            let about = "seed \(seed), \(name), \(date), \(window.start)–\(window.end)"
            guard let opens = whole.first?.lowerBound, let closes = whole.last?.upperBound else { continue }
            let now = opens.addingTimeInterval(closes.timeIntervalSince(opens) * (generator.fraction() - 0.2))
            guard let rest = window.remainder(of: date, at: now) else {
                #expect(now >= closes.addingTimeInterval(-0.001), "\(about)")
                continue
            }
            #expect(rest.isCut == (now > opens), "\(about)")
            for fraction in [0, generator.fraction(), generator.fraction(), 1 - 0x1p-53] {
                let instant = rest.instant(at: fraction)
                #expect(instant >= now && instant < closes, "\(about)")
                #expect(instant == Date(millisecondsSince1970: instant.millisecondsSince1970), "\(about)")
                let parts = calendar.dateComponents([.hour, .minute, .second], from: instant)
                let second = (parts.hour ?? 0) * 3600 + (parts.minute ?? 0) * 60 + (parts.second ?? 0)
                let isSkipped = whole.count == 1 && closes.timeIntervalSince(opens) == Double(window.end - window.start)
                let isInWindow = (window.start..<window.end).contains(second) && PlanDate(instant, in: zone) == date
                // A window wholly in a skipped hour is moved as a whole, in Greenland over midnight.
                let day = PlanDate(instant, in: zone).daysSince1970
                let isLater = second >= window.end || day == date.daysSince1970 + 1
                #expect(isInWindow || (isSkipped && isLater), "\(about), \(instant.iso8601)")
            }
        }
    }

    @Test func instantsAreSpreadEvenlyOverAllSpans() throws {
        let day = try #require(Date(iso8601: "2026-01-31T00:00:00Z"))
        func hour(_ number: Int) -> Date { day.addingTimeInterval(Double(number) * 3600) }
        let spans = try #require(SendSpans([hour(1)..<hour(2), hour(5)..<hour(8)], from: hour(0)))
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        var counts = [Int](repeating: 0, count: 24)
        for _ in 0..<4000 {
            let instant = spans.instant(at: generator.fraction())
            counts[Int(instant.timeIntervalSince(day) / 3600)] += 1
        }
        for (hour, count) in counts.enumerated() {
            #expect([1, 5, 6, 7].contains(hour) ? (800...1200).contains(count) : count == 0, "seed \(seed): \(counts)")
        }
    }
}
