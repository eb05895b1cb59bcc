import Foundation
import Testing

@testable import MsgKit

struct SendTimesTests {
    /// 09:00–18:00 in Istanbul on 2026-01-31.
    private func times(at instant: String, _ zones: String...) throws -> SendTimes? {
        let zone = try #require(TimeZone(identifier: "Europe/Istanbul"))
        return SendTimes(
            of: try #require(PlanDate("2026-01-31")), in: SendWindow(start: 32_400, end: 64_800, timeZone: zone),
            at: try #require(Date(iso8601: instant)), zones: Set(zones))
    }

    private func text(_ slot: SendTimes.Slot) -> [String] {
        slot.spans.ranges.flatMap { [$0.lowerBound.iso8601, $0.upperBound.iso8601] }
    }

    @Test func eachZoneHasItsOwn() throws {
        let times = try #require(try times(at: "2026-01-30T23:00:00Z", "Europe/Berlin", "Nowhere/Land"))
        #expect(text(times.slot(for: "Europe/Berlin")) == ["2026-01-31T08:00:00.000Z", "2026-01-31T17:00:00.000Z"])
        for zone in ["Nowhere/Land", "Asia/Tokyo", nil] {
            #expect(text(times.slot(for: zone)) == ["2026-01-31T06:00:00.000Z", "2026-01-31T15:00:00.000Z"])
        }
        #expect(!times.slot(for: "Europe/Berlin").isNextDay && !times.slot(for: "Europe/Berlin").spans.isCut)
    }

    /// In Auckland it is 19:00 then.
    @Test func aZoneWhoseWindowIsOverHasThatOfTheNextDay() throws {
        let times = try #require(try times(at: "2026-01-31T06:00:00Z", "Pacific/Auckland"))
        let slot = times.slot(for: "Pacific/Auckland")
        #expect(slot.isNextDay && !slot.spans.isCut)
        #expect(text(slot) == ["2026-01-31T20:00:00.000Z", "2026-02-01T05:00:00.000Z"])
        #expect(!times.slot(for: nil).isNextDay)
    }

    @Test func aWindowThatHasBegunIsCut() throws {
        let times = try #require(try times(at: "2026-01-31T12:34:00Z", "Europe/London", "America/New_York"))
        #expect(times.slot(for: nil).spans.isCut && times.slot(for: "Europe/London").spans.isCut)
        #expect(!times.slot(for: "America/New_York").spans.isCut)
        #expect(text(times.slot(for: nil)) == ["2026-01-31T12:34:00.000Z", "2026-01-31T15:00:00.000Z"])
    }

    @Test func whenItsOwnWindowIsOverThereIsNone() throws {
        #expect(try times(at: "2026-01-31T15:00:00Z", "America/New_York") == nil)
    }

    @Test func everyZoneThatIsKnownHasATimeToCome() throws {
        let names = Set(TimeZone.knownTimeZoneIdentifiers)
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3 {
            let date = PlanDate(daysSince1970: 10_957 + generator.below(13_879))
            let window = SendWindow(start: 32_400, end: 64_800, timeZone: .gmt)
            let opens = try #require(window.spans(of: date).first?.lowerBound)
            let now = opens.addingTimeInterval((generator.fraction() * 20 - 12) * 3600)
            let times = try #require(SendTimes(of: date, in: window, at: now, zones: names), "seed \(seed)")
            for name in names {
                let slot = times.slot(for: name)
                let zone = try #require(TimeZone(identifier: name))
                let instant = slot.spans.instant(at: generator.fraction())
                #expect(instant >= now, "seed \(seed), \(name)")
                #expect(
                    (9..<18).contains(Calendar.gregorian(zone).component(.hour, from: instant)), "seed \(seed), \(name)"
                )
                let isNextDay = PlanDate(instant, in: zone) != date
                #expect(slot.isNextDay == isNextDay, "seed \(seed), \(name)")
            }
        }
    }
}

extension Calendar {
    fileprivate static func gregorian(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }
}
