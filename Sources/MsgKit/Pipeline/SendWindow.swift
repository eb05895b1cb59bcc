import Foundation

/// From when to when automatic messages are sent on a day.
public struct SendWindow: Sendable, Equatable {
    /// Seconds after midnight.
    public var start: Int
    /// Seconds after midnight; after the start.
    public var end: Int
    public var timeZone: TimeZone

    public init(start: Int, end: Int, timeZone: TimeZone) {
        self.start = start
        self.end = end
        self.timeZone = timeZone
    }

    /// What is left of the window of a day; nil when it is over.
    public func remainder(of date: PlanDate, at instant: Date) -> Range<Date>? {
        guard let opens = date.instant(secondOfDay: start, in: timeZone),
            let closes = date.instant(secondOfDay: end, in: timeZone)
        else { return nil }
        let begin = max(opens, instant)
        return begin < closes ? begin..<closes : nil
    }
}
