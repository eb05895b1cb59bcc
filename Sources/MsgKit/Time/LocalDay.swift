import Foundation

/// A calendar day in a zone, as stretches of constant offset from UTC in the order in which they come.
///
/// Where clocks go forward the local ranges leave a gap, where they go back they overlap. Most days are one stretch of
/// `0..<86_400`. A day that a zone left out (Samoa's 2011-12-30) has none. Clocks that go back over midnight give a
/// day two stretches with a piece of its neighbour between them.
public struct LocalDay: Sendable, Equatable {
    /// A part of the day in which the clock runs on without a jump.
    public struct Stretch: Sendable, Equatable {
        /// What the clock shows, in seconds after midnight, `0..<86_400`; never empty.
        public let local: Range<Int>
        /// When the clock shows the first of them, in whole seconds.
        public let start: Date

        /// The instant after the last.
        public var end: Date { start.addingTimeInterval(Double(local.count)) }

        /// When the clock shows a second of the day; only of those in `local`.
        public func instant(of second: Int) -> Date {
            start.addingTimeInterval(Double(second - local.lowerBound))
        }
    }

    /// In order of their starts; they share no instant.
    public let stretches: [Stretch]

    private static let length = 86_400
    /// More than any zone ever was away from UTC (Manila until 1844: 15 h 56 min).
    private static let reach = 17 * 3600
    /// Shorter than the time between any two changes of one zone.
    private static let step = 900

    /// - Parameter date: any day of the Gregorian calendar, also from before its introduction.
    public init(_ date: PlanDate, in zone: TimeZone) {
        let midnight = date.daysSince1970 * Self.length
        var found: [Stretch] = []
        /// Adds what of the instants in `begin..<end` lies on this day.
        func add(_ begin: Int, _ end: Int, offset: Int) {
            let first = max(begin + offset - midnight, 0)
            let last = min(end + offset - midnight, Self.length)
            guard first < last else { return }
            let start = Date(timeIntervalSince1970: Double(midnight + first - offset))
            found.append(Stretch(local: first..<last, start: start))
        }
        var begin = midnight - Self.reach
        var offset = zone.offset(at: begin)
        let limit = midnight + Self.length + Self.reach
        for instant in stride(from: begin + Self.step, through: limit, by: Self.step) {
            let next = zone.offset(at: instant)
            guard next != offset else { continue }
            let change = zone.change(from: offset, in: (instant - Self.step)..<instant)
            add(begin, change, offset: offset)
            (begin, offset) = (change, next)
        }
        add(begin, limit, offset: offset)
        stretches = found
    }
}

extension TimeZone {
    /// Seconds east of UTC at an instant, given in seconds since 1970.
    fileprivate func offset(at instant: Int) -> Int {
        secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
    }

    /// The first second without an offset that holds at the start of a range and no longer at its end.
    fileprivate func change(from offset: Int, in range: Range<Int>) -> Int {
        var (before, after) = (range.lowerBound, range.upperBound)
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if self.offset(at: middle) == offset { before = middle } else { after = middle }
        }
        return after
    }
}
