/// A time on the wall clock of some time zone, from `00:00:00` to `23:59:59`.
public struct TimeOfDay: Sendable, Hashable {
    /// 0…23.
    public let hour: Int
    /// 0…59.
    public let minute: Int
    /// 0…59.
    public let second: Int

    /// `nil` when one of the numbers is outside its range.
    public init?(hour: Int, minute: Int, second: Int = 0) {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
        self.init(checkedHour: hour, minute: minute, second: second)
    }

    /// Reads `HH:MM` or `HH:MM:SS`, two digits each; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else { return nil }
        var numbers: [Int] = []
        for part in parts {
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            guard part.count == 2, part.allSatisfy(digits.contains), let number = Int(Substring(part)) else {
                return nil
            }
            numbers.append(number)
        }
        self.init(hour: numbers[0], minute: numbers[1], second: numbers.count == 3 ? numbers[2] : 0)
    }

    private init(checkedHour hour: Int, minute: Int, second: Int) {
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// The start of an hour, for defaults in code; an hour outside 0…23 is cut to that range.
    static func hour(_ hour: Int) -> TimeOfDay {
        TimeOfDay(checkedHour: min(max(hour, 0), 23), minute: 0, second: 0)
    }

    /// The time so many seconds after midnight, without a clock change; cut to the day.
    init(secondsSinceMidnight seconds: Int) {
        let seconds = min(max(seconds, 0), 86_399)
        self.init(checkedHour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60)
    }

    /// Seconds since midnight on a day without a clock change, 0…86,399.
    public var secondsSinceMidnight: Int {
        (hour * 60 + minute) * 60 + second
    }
}

extension TimeOfDay: Comparable {
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.secondsSinceMidnight < right.secondsSinceMidnight
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// `HH:MM`, with `:SS` only when the seconds are not zero.
    public var description: String {
        let numbers = second == 0 ? [hour, minute] : [hour, minute, second]
        return numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
