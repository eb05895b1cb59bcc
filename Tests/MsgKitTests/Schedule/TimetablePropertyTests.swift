import Foundation
import MsgKit
import Testing

/// Timetables against a look at every minute, as Foundation's calendar shows it.
struct TimetablePropertyTests {
    /// A random field, and what it names.
    private static func field(
        _ limits: ClosedRange<Int>, starred: Double, _ random: inout SeededGenerator
    ) -> (text: String, values: Set<Int>) {
        if Double.random(in: 0..<1, using: &random) < starred { return ("*", Set(limits)) }
        var texts: [String] = []
        var values: Set<Int> = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let first = Int.random(in: limits, using: &random)
            let last = Int.random(in: first...limits.upperBound, using: &random)
            let step = Int.random(in: 1...max(1, limits.upperBound / 3), using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                texts.append("\(first)")
                values.insert(first)
            case 1:
                texts.append("\(first)-\(last)")
                values.formUnion(first...last)
            case 2:
                texts.append("\(first)-\(last)/\(step)")
                values.formUnion(stride(from: first, through: last, by: step))
            default:
                texts.append("*/\(step)")
                values.formUnion(stride(from: limits.lowerBound, through: limits.upperBound, by: step))
            }
        }
        return (texts.joined(separator: ","), values)
    }

    private struct Case {
        var text: String
        var minutes, hours, days, weekdays: Set<Int>
        /// Whether both days are needed rather than one.
        var goTogether: Bool

        init(_ random: inout SeededGenerator) {
            let minute = TimetablePropertyTests.field(0...59, starred: 0.2, &random)
            let hour = TimetablePropertyTests.field(0...23, starred: 0.3, &random)
            let day = TimetablePropertyTests.field(1...31, starred: 0.6, &random)
            let weekday = TimetablePropertyTests.field(0...6, starred: 0.6, &random)
            text = "\(minute.text) \(hour.text) \(day.text) * \(weekday.text)"
            (minutes, hours, days, weekdays) = (minute.values, hour.values, day.values, weekday.values)
            goTogether = day.text.hasPrefix("*") || weekday.text.hasPrefix("*")
        }

        func isDay(_ day: Int, _ weekday: Int) -> Bool {
            goTogether
                ? days.contains(day) && weekdays.contains(weekday) : days.contains(day) || weekdays.contains(weekday)
        }
    }

    /// Four days minute by minute around a change of clocks, or anywhere.
    private static func reference(_ wanted: Case, in calendar: Calendar, from start: Date) -> [Date] {
        let zone = calendar.timeZone
        var found: Set<Date> = []
        var shown: Set<[Int]> = []
        let isEveryHour = wanted.hours.count == 24
        for minute in 0..<(4 * 1440) {
            let now = start.addingTimeInterval(Double(minute) * 60)
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .weekday], from: now)
            guard let month = parts.month, let day = parts.day, let hour = parts.hour, let minute = parts.minute,
                let weekday = parts.weekday
            else { continue }
            // What was skipped just now: the minutes between that one and this.
            let skipped = zone.secondsFromGMT(for: now) - zone.secondsFromGMT(for: now - 60)
            if skipped > 0, !isEveryHour {
                for back in stride(from: skipped, to: 0, by: -60) {
                    // As the clock would have shown it: a clock that never changes, at the new offset.
                    var still = Calendar(identifier: .gregorian)
                    still.timeZone = TimeZone(secondsFromGMT: zone.secondsFromGMT(for: now)) ?? .gmt
                    let lost = still.dateComponents(
                        [.day, .hour, .minute, .weekday], from: now - Double(back))
                    if wanted.minutes.contains(lost.minute ?? -1), wanted.hours.contains(lost.hour ?? -1),
                        wanted.isDay(lost.day ?? -1, (lost.weekday ?? 0) - 1)
                    {
                        found.insert(now)
                    }
                }
            }
            let isFirst = shown.insert([month, day, hour, minute]).inserted
            if wanted.minutes.contains(minute), wanted.hours.contains(hour), wanted.isDay(day, weekday - 1),
                isFirst || isEveryHour
            {
                found.insert(now)
            }
        }
        return found.sorted()
    }

    @Test(arguments: [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "America/St_Johns",
        "Africa/Cairo", "Asia/Kathmandu",
    ])
    func everyMinuteIsAsTheExpressionSays(name: String) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededGenerator(seed: seed)
        print("timetables in \(name): seed \(seed)")
        let zone = try #require(TimeZone(identifier: name))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        for number in 0..<12 {
            let wanted = Case(&random)
            var start = Date(
                timeIntervalSince1970: Double(Int.random(in: 10_000_000...35_000_000, using: &random) * 60))
            // Half of them over a change of the clocks, two days before it.
            if number % 2 == 0, let change = zone.nextDaylightSavingTimeTransition(after: start) {
                start = change.addingTimeInterval(-2 * 86_400)
            }
            let expected = Self.reference(wanted, in: calendar, from: start)
            let timetable = try Timetable(wanted.text, in: zone)
            // Without the first day: what was shown before it is not known.
            let from = start.addingTimeInterval(86_400)
            let until = start.addingTimeInterval(4 * 86_400)
            let found = timetable.instants(5000, after: from, until: until)
            #expect(
                found == expected.filter { $0 > from && $0 < until },
                "\(wanted.text) in \(name) from \(from.iso8601), seed \(seed)")
            for instant in found.prefix(50) {
                #expect(timetable.latest(atOrBefore: instant) == instant, "\(wanted.text), seed \(seed)")
                #expect(timetable.latest(atOrBefore: instant + 0.001) == instant, "\(wanted.text), seed \(seed)")
            }
            for (one, next) in zip(found, found.dropFirst()).prefix(50) {
                #expect(timetable.latest(atOrBefore: next - 0.001) == one, "\(wanted.text), seed \(seed)")
            }
        }
    }
}

extension Timetable {
    /// The instants between two others, at most so many.
    fileprivate func instants(_ count: Int, after start: Date, until end: Date) -> [Date] {
        var found: [Date] = []
        var last = start
        while found.count < count, let next = next(after: last), next < end {
            found.append(next)
            last = next
        }
        return found
    }
}
