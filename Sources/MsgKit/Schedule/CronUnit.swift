/// What a field of a cron expression counts, in the order of the fields.
enum CronUnit: String, CaseIterable, Sendable {
    case minute
    case hour
    case day
    case month
    case weekday

    /// What may be written; a weekday of 7 is Sunday, as 0 is.
    var limits: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .day: 1...31
        case .month: 1...12
        case .weekday: 0...7
        }
    }

    /// What `*` stands for.
    var every: ClosedRange<Int> { self == .weekday ? 0...6 : limits }

    /// The number of a name in capital letters.
    func number(of name: String) -> Int? {
        switch self {
        case .minute, .hour, .day: nil
        case .month: Self.months.firstIndex(of: name).map { $0 + 1 }
        case .weekday: Self.weekdays.firstIndex(of: name)
        }
    }

    /// "a number from 1 to 12 or a name from JAN to DEC".
    var expects: String {
        let numbers = "a number from \(limits.lowerBound) to \(limits.upperBound)"
        switch self {
        case .minute, .hour, .day: return numbers
        case .month: return numbers + " or a name from JAN to DEC"
        case .weekday: return numbers + " or a name from SUN to SAT"
        }
    }

    private static let months = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    private static let weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
}
