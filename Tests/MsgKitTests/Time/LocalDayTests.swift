import Foundation
import MsgKit
import Testing

struct LocalDayTests {
    private func day(_ date: String, _ zone: String) throws -> LocalDay {
        LocalDay(try #require(PlanDate(date)), in: try #require(TimeZone(identifier: zone)))
    }

    /// Each as `first second..<last second @ start`.
    private func written(_ day: LocalDay) -> [String] {
        day.stretches.map { "\($0.local.lowerBound)..<\($0.local.upperBound) @ \($0.start.iso8601.prefix(19))" }
    }

    @Test(arguments: [
        ("2026-07-01", "UTC", ["0..<86400 @ 2026-07-01T00:00:00"]),
        ("2026-07-01", "Europe/Istanbul", ["0..<86400 @ 2026-06-30T21:00:00"]),
        ("2026-07-01", "Asia/Kathmandu", ["0..<86400 @ 2026-06-30T18:15:00"]),
        ("2026-07-01", "Pacific/Kiritimati", ["0..<86400 @ 2026-06-30T10:00:00"]),
        ("2026-03-29", "Europe/Berlin", ["0..<7200 @ 2026-03-28T23:00:00", "10800..<86400 @ 2026-03-29T01:00:00"]),
        ("2026-10-25", "Europe/Berlin", ["0..<10800 @ 2026-10-24T22:00:00", "7200..<86400 @ 2026-10-25T01:00:00"]),
        // Half an hour forward in October, back in April.
        (
            "2026-10-04", "Australia/Lord_Howe",
            ["0..<7200 @ 2026-10-03T13:30:00", "9000..<86400 @ 2026-10-03T15:30:00"]
        ),
        (
            "2026-04-05", "Australia/Lord_Howe",
            ["0..<7200 @ 2026-04-04T13:00:00", "5400..<86400 @ 2026-04-04T15:00:00"]
        ),
        // Across the date line.
        ("2011-12-29", "Pacific/Apia", ["0..<86400 @ 2011-12-29T10:00:00"]),
        ("2011-12-30", "Pacific/Apia", []),
        ("2011-12-31", "Pacific/Apia", ["0..<86400 @ 2011-12-30T10:00:00"]),
        // No midnight.
        ("2018-11-04", "America/Sao_Paulo", ["3600..<86400 @ 2018-11-04T03:00:00"]),
        // From 00:01 back to 23:01 of the day before.
        (
            "2010-11-06", "America/St_Johns",
            ["0..<86400 @ 2010-11-06T02:30:00", "82860..<86400 @ 2010-11-07T02:31:00"]
        ),
        ("2010-11-07", "America/St_Johns", ["0..<60 @ 2010-11-07T02:30:00", "0..<86400 @ 2010-11-07T03:30:00"]),
    ])
    func aDayIsItsStretches(date: String, zone: String, stretches: [String]) throws {
        #expect(try written(day(date, zone)) == stretches)
    }

    @Test func aStretchKnowsTheInstantOfItsSeconds() throws {
        let afternoon = try #require(try day("2026-03-29", "Europe/Berlin").stretches.last)
        #expect(afternoon.instant(of: 10_800).iso8601 == "2026-03-29T01:00:00.000Z")
        #expect(afternoon.instant(of: 43_200).iso8601 == "2026-03-29T10:00:00.000Z")
        #expect(afternoon.end.iso8601 == "2026-03-29T22:00:00.000Z")
    }

    /// Every instant of the day lies in one stretch and nothing else does, as Foundation's calendar sees it.
    @Test func inEveryZoneTheStretchesAreTheDay() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        print("days in all zones: seed \(seed)")
        for name in TimeZone.knownTimeZoneIdentifiers {
            let zone = try #require(TimeZone(identifier: name))
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = zone
            var days = [Int.random(in: 0...24_800, using: &random)]
            // Random days are seldom the ones of a change.
            let instant = Date(timeIntervalSince1970: .random(in: 0...2e9, using: &random))
            if let change = zone.nextDaylightSavingTimeTransition(after: instant) {
                days += [PlanDate(change, in: zone).daysSince1970, PlanDate(change - 3600, in: zone).daysSince1970]
            }
            for date in days.map(PlanDate.init(daysSince1970:)) {
                let stretches = LocalDay(date, in: zone).stretches
                for stretch in stretches {
                    let seconds = [stretch.local.lowerBound, .random(in: stretch.local, using: &random)]
                    for second in seconds + [stretch.local.upperBound - 1] {
                        let shown = calendar.dateComponents(
                            [.year, .month, .day, .hour, .minute, .second], from: stretch.instant(of: second))
                        #expect(
                            [shown.year, shown.month, shown.day] == [date.year, date.month, date.day]
                                && [shown.hour, shown.minute, shown.second]
                                    == [second / 3600, second / 60 % 60, second % 60],
                            "\(name) \(date) \(second), seed \(seed)")
                    }
                }
                let edges = stretches.flatMap { [$0.start - 1, $0.end] }
                let noon = Date(timeIntervalSince1970: Double(date.daysSince1970) * 86_400 + 43_200)
                let others = (0..<20).map { _ in noon + Double(Int.random(in: -130_000...130_000, using: &random)) }
                for instant in edges + others {
                    let holding = stretches.filter { ($0.start..<$0.end).contains(instant) }
                    #expect(
                        holding.count == (PlanDate(instant, in: zone) == date ? 1 : 0),
                        "\(name) \(date) \(instant), seed \(seed)")
                }
            }
        }
    }

    /// What a day has more or less than 24 hours is what the offset lost or won in it.
    @Test func inEveryZoneTheStretchesSumUpToTheLengthOfTheDay() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        print("lengths of days: seed \(seed)")
        for name in TimeZone.knownTimeZoneIdentifiers {
            let zone = try #require(TimeZone(identifier: name))
            let first = Int.random(in: 0...24_800, using: &random)
            let days = (first...(first + 6)).map { LocalDay(PlanDate(daysSince1970: $0), in: zone) }
            let all = days.flatMap(\.stretches).sorted { $0.start < $1.start }
            var holes = 0.0
            for (one, next) in zip(all, all.dropFirst()) where one.end != next.start {
                // Clocks that go back over midnight put a piece of another week between.
                let number = PlanDate(one.end, in: zone).daysSince1970
                #expect(!(first...(first + 6)).contains(number) && one.end < next.start, "\(name), seed \(seed)")
                holes += next.start.timeIntervalSince(one.end)
            }
            let begin = try #require(all.first?.start)
            let end = try #require(all.last?.end)
            let sum = all.reduce(0) { $0 + $1.local.count }
            #expect(Double(sum) == end.timeIntervalSince(begin) - holes, "\(name), seed \(seed)")
            let won = zone.secondsFromGMT(for: end - 1) - zone.secondsFromGMT(for: begin)
            if holes == 0, all.last?.local.upperBound == 86_400, all.first?.local.lowerBound == 0 {
                #expect(sum == 7 * 86_400 - won, "\(name), seed \(seed)")
            }
        }
    }
}
