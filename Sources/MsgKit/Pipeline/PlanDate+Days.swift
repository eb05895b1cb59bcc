import Foundation

extension PlanDate: Comparable {
    public static func < (one: PlanDate, other: PlanDate) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }
}

extension PlanDate {
    /// Days since 1970-01-01, by the rules of the Gregorian calendar for all time.
    public var daysSince1970: Int {
        // Years that begin with March end with the leap day, so that days before a month need no case for it.
        let year = month > 2 ? self.year : self.year - 1
        let cycle = (year >= 0 ? year : year - 399) / 400
        let yearOfCycle = year - cycle * 400
        let monthOfYear = (month + 9) % 12
        let dayOfYear = (153 * monthOfYear + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * Self.daysOfCycle + dayOfCycle - Self.daysBefore1970
    }

    /// The day so many days after 1970-01-01. Days of the years 1 to 9999 are meant.
    public init(daysSince1970 days: Int) {
        let sinceStart = days + Self.daysBefore1970
        let cycle = (sinceStart >= 0 ? sinceStart : sinceStart - (Self.daysOfCycle - 1)) / Self.daysOfCycle
        let dayOfCycle = sinceStart - cycle * Self.daysOfCycle
        let leapDays = dayOfCycle / 1460 - dayOfCycle / 36_524 + dayOfCycle / (Self.daysOfCycle - 1)
        let yearOfCycle = (dayOfCycle - leapDays) / 365
        let dayOfYear = dayOfCycle - (yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100)
        let monthOfYear = (5 * dayOfYear + 2) / 153
        let month = monthOfYear < 10 ? monthOfYear + 3 : monthOfYear - 9
        self.init(
            year: yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthOfYear + 2) / 5 + 1)
    }

    /// The day of the week, 0 for Sunday to 6 for Saturday, as cron counts.
    public var weekday: Int {
        // 1970-01-01 was a Thursday.
        let remainder = (daysSince1970 + 4) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    /// Days in 400 years.
    private static let daysOfCycle = 146_097
    /// Days from 0000-03-01 to 1970-01-01.
    private static let daysBefore1970 = 719_468
}
