import Foundation

/// When something is to happen, again and again: by the calendar and clocks of a zone, or every so often.
public enum Timetable: Sendable, Equatable {
    /// The local times that an expression names, in a zone.
    case cron(CronExpression, TimeZone)
    /// At the multiples of a duration since 1970-01-01T00:00:00Z, so that all nodes agree; 1 s…366 d in texts.
    case every(Duration)

    private static let intervals = Duration.seconds(1)...Duration.seconds(366 * 86_400)

    /// Reads a cron expression, or `@every` and a duration such as `90s`, `5m` or `2h`.
    /// - Throws: ``CronProblem``; see ``CronExpression/init(_:)``.
    public init(_ text: String, in zone: TimeZone) throws(CronProblem) {
        let words = text.utf8.count > CronExpression.maximumLength ? [] : text.split { $0 == " " || $0 == "\t" }
        guard words.first?.lowercased() == "@every" else {
            self = .cron(try CronExpression(text), zone)
            return
        }
        let remedy = "write a duration from 1s to 366d after it, such as @every 90s"
        guard words.count == 2 else { throw CronProblem("@every needs one duration", remedy: remedy) }
        do throws(Refusal) {
            let duration = try Quantity.duration(String(words[1]))
            guard Self.intervals.contains(duration) else { throw Refusal("\(String(words[1]).quoted) is out of range") }
            self = .every(duration)
        } catch {
            throw CronProblem("@every: \(error.problem)", remedy: remedy)
        }
    }

    /// The same in another zone.
    public func reading(in zone: TimeZone) -> Timetable {
        switch self {
        case .cron(let expression, _): .cron(expression, zone)
        case .every: self
        }
    }

    /// The first instant after another; nil when that one is outside the years 1 to 9999.
    public func next(after instant: Date) -> Date? {
        guard Self.range.contains(instant) else { return nil }
        switch self {
        case .every(let duration): return Self.multiple(of: duration, atOrBefore: instant, plus: 1)
        case .cron(let expression, let zone):
            let today = Self.day(of: instant, in: zone)
            var found: Date?
            // From yesterday: clocks that go back over midnight show a piece of it after the beginning of today.
            for number in (today - 1)...(today + Self.horizon) {
                let date = PlanDate(daysSince1970: number)
                guard expression.isDay(date) else {
                    if let found { return found }
                    continue
                }
                let next = expression.first(of: date, in: zone, after: instant)
                // For the same reason the day after may come before.
                if let found { return min(found, next ?? found) }
                found = next
            }
            return found
        }
    }

    /// The first instants after another, at most so many.
    public func instants(_ count: Int, after instant: Date) -> [Date] {
        var instants: [Date] = []
        var last = instant
        while instants.count < count, let next = next(after: last) {
            instants.append(next)
            last = next
        }
        return instants
    }

    /// The last instant that is another or before it; nil when that one is outside the years 1 to 9999.
    public func latest(atOrBefore instant: Date) -> Date? {
        guard Self.range.contains(instant) else { return nil }
        switch self {
        case .every(let duration): return Self.multiple(of: duration, atOrBefore: instant, plus: 0)
        case .cron(let expression, let zone):
            let today = Self.day(of: instant, in: zone)
            var found: Date?
            for number in ((today - Self.horizon)...(today + 1)).reversed() {
                let date = PlanDate(daysSince1970: number)
                guard expression.isDay(date) else {
                    if let found { return found }
                    continue
                }
                let last = expression.last(of: date, in: zone, atOrBefore: instant)
                if let found { return max(found, last ?? found) }
                found = last
            }
            return found
        }
    }

    /// Years in which the calendar and instants in milliseconds are certain to work: 1 to 9999.
    private static let range =
        Date(timeIntervalSince1970: -62_135_596_800)..<Date(timeIntervalSince1970: 253_402_300_800)
    /// Days of 41 years: 29 February falls on a given weekday at least so often, also over a year without one.
    private static let horizon = 41 * 366

    private static func day(of instant: Date, in zone: TimeZone) -> Int {
        let local = instant.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: instant))
        return Int((local / 86_400).rounded(.down))
    }

    private static func multiple(of duration: Duration, atOrBefore instant: Date, plus: Int64) -> Date {
        let step = max(1, Int64(duration.seconds * 1000))
        let now = Int64((instant.timeIntervalSince1970 * 1000).rounded(.down))
        let remainder = now % step
        let last = now - (remainder < 0 ? remainder + step : remainder)
        return Date(millisecondsSince1970: last + plus * step)
    }
}

extension Timetable: CustomStringConvertible {
    /// The expression as it was written, or `@every 90s`.
    public var description: String {
        switch self {
        case .cron(let expression, _): expression.text
        case .every(let duration): "@every \(Quantity.write(duration))"
        }
    }
}
