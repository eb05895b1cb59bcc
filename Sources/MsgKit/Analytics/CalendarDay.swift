import Foundation

/// A day of the calendar in a time zone and when it begins, which is not always midnight.
public struct CalendarDay: Sendable, Equatable {
    public var date: PlanDate
    public var start: Date

    /// The days that a span touches, the earliest first.
    public static func days(in span: Range<Date>, timeZone: TimeZone) -> [CalendarDay] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        var days: [CalendarDay] = []
        var start = calendar.startOfDay(for: span.lowerBound)
        while start < span.upperBound {
            days.append(CalendarDay(date: PlanDate(start, in: timeZone), start: start))
            guard let next = calendar.date(byAdding: .day, value: 1, to: start) else { break }
            let following = calendar.startOfDay(for: next)
            guard following > start else { break }
            start = following
        }
        return days
    }
}
