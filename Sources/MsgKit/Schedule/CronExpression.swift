/// Days and times of day, in the five fields of crontab: minute, hour, day of the month, month, day of the week.
///
/// A field is a list of `*`, numbers, ranges `a-b` and steps `*/n`, `a-b/n`; months and weekdays may be named, JAN–DEC
/// and SUN–SAT in any letter case; Sunday is 0 or 7. In place of the fields there may be `@yearly`, `@annually`,
/// `@monthly`, `@weekly`, `@daily`, `@midnight` or `@hourly`. As in Vixie's cron a day of the month **or** of the week
/// is enough when neither field begins with `*`; else both are needed.
public struct CronExpression: Sendable, Equatable {
    /// More than anybody writes.
    public static let maximumLength = 256

    /// As it was written, with single spaces.
    public let text: String
    /// The times of each of its days in seconds after midnight, ascending.
    public let times: [Int]
    /// Whether it means minutes of every hour rather than times of day: clocks that are changed don't disturb it.
    public let isEveryHour: Bool
    private let day: CronField
    private let month: CronField
    private let weekday: CronField

    /// - Throws: ``CronProblem`` for anything but what is described above, and for dates that no year has. Text of any
    ///   length and content may be given.
    public init(_ text: String) throws(CronProblem) {
        guard text.utf8.count <= Self.maximumLength else {
            throw CronProblem(
                "\(text.utf8.count) bytes are too long", remedy: "write at most \(Self.maximumLength)")
        }
        let words = text.split { $0 == " " || $0 == "\t" }
        if let name = words.first, name.hasPrefix("@") {
            guard words.count == 1, let fields = Self.shorthands[name.lowercased()] else {
                throw Self.problem(ofShorthand: text)
            }
            try self.init(fields: fields.split(separator: " "), text: name.lowercased())
        } else {
            try self.init(fields: words, text: words.joined(separator: " "))
        }
    }

    private init(fields: [Substring], text: String) throws(CronProblem) {
        guard fields.count == CronUnit.allCases.count else {
            let count = fields.count == 1 ? "1 field" : "\(fields.count) fields"
            throw CronProblem(
                fields.isEmpty ? "no schedule" : "\(text.quoted) has \(count)",
                remedy: "write five: minute, hour, day of the month, month, day of the week"
                    + (fields.count > 5 ? "; there are none for seconds and years" : ", such as 0 2 * * *"))
        }
        let minute = try CronField(fields[0], .minute)
        let hour = try CronField(fields[1], .hour)
        day = try CronField(fields[2], .day)
        month = try CronField(fields[3], .month)
        weekday = try CronField(fields[4], .weekday)
        let minutes = minute.values
        times = hour.values.flatMap { hour in minutes.map { (hour * 60 + $0) * 60 } }
        isEveryHour = CronUnit.hour.every.allSatisfy(hour.contains)
        self.text = text
        guard occurs else {
            throw CronProblem("\(text.quoted) names days that no year has", remedy: "write days that the months have")
        }
    }

    private init(daily time: TimeOfDay) {
        times = [time.secondsSinceMidnight]
        isEveryHour = false
        day = CronField(every: .day)
        month = CronField(every: .month)
        weekday = CronField(every: .weekday)
        text = time.second == 0 ? "\(time.minute) \(time.hour) * * *" : time.description
    }

    /// Every day at a time of day, which may have seconds: no text can name those, but older settings do.
    public static func daily(at time: TimeOfDay) -> CronExpression { CronExpression(daily: time) }

    /// Whether it names a day.
    public func isDay(_ date: PlanDate) -> Bool {
        guard month.contains(date.month) else { return false }
        let isDay = day.contains(date.day)
        let isWeekday = weekday.contains(date.weekday)
        return goTogether ? isDay && isWeekday : isDay || isWeekday
    }

    private var goTogether: Bool { day.beginsWithStar || weekday.beginsWithStar }

    /// Each day of the year falls on each weekday in some year, so only days of the month can be missing.
    private var occurs: Bool {
        guard goTogether else { return true }
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return month.values.contains { month in day.values.contains { $0 <= lengths[month - 1] } }
    }

    private static let shorthands = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    private static func problem(ofShorthand text: String) -> CronProblem {
        let isReboot = text.lowercased() == "@reboot"
        return CronProblem(
            isReboot ? "@reboot names no time" : "\(text.quoted) is not known",
            remedy: "write @yearly, @monthly, @weekly, @daily, @hourly, @every and a duration, or five fields")
    }
}
