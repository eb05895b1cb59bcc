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

    /// The same times of day in another zone.
    public func moved(to timeZone: TimeZone) -> SendWindow {
        SendWindow(start: start, end: end, timeZone: timeZone)
    }

    /// When, on a day, clocks show a time of the window, in order. Where they show one twice, both count; what they skip
    /// does not. A window wholly within a skipped hour begins at the end of it and keeps its length. A day that the zone
    /// leaves out has none.
    public func spans(of date: PlanDate) -> [Range<Date>] {
        let stretches = LocalDay(date, in: timeZone).stretches
        let spans = stretches.compactMap { stretch -> Range<Date>? in
            let local = (start..<end).clamped(to: stretch.local)
            return local.isEmpty ? nil : stretch.instant(of: local.lowerBound)..<stretch.instant(of: local.upperBound)
        }
        guard spans.isEmpty else { return spans }
        guard let begin = stretches.first(where: { $0.local.lowerBound >= end })?.start ?? stretches.last?.end else {
            return []
        }
        return [begin..<begin.addingTimeInterval(Double(end - start))]
    }

    /// What is left of the window of a day; nil when it is over, or the zone has no such day.
    public func remainder(of date: PlanDate, at instant: Date) -> SendSpans? {
        SendSpans(spans(of: date), from: instant)
    }
}
