import Foundation

// When the times of a day come in a zone. An expression for every hour goes by real time: each minute that clocks show,
// both times when they show it twice. Any other names times of day, which come once: the first of two; and those that
// clocks skip come together when they have skipped them, which may be at the beginning of the next day.
extension CronExpression {
    /// The first instant of one of its days that is after another; nil when there is none.
    func first(of date: PlanDate, in zone: TimeZone, after instant: Date) -> Date? {
        let stretches = LocalDay(date, in: zone).stretches
        var found = ends(ofGapsIn: stretches, of: date, in: zone).filter { $0 > instant }.min()
        for (number, stretch) in stretches.enumerated() where stretch.end > instant {
            // A whole second after the instant, which may have a fraction.
            let passed = Int(instant.timeIntervalSince(stretch.start).rounded(.down)) + 1
            var index = times.count(below: stretch.local.lowerBound + max(0, passed))
            while index < times.count, times[index] < stretch.local.upperBound {
                if isRun(times[index], in: stretches, number) {
                    let next = stretch.instant(of: times[index])
                    found = min(found ?? next, next)
                    break
                }
                index += 1
            }
        }
        return found
    }

    /// The last instant of one of its days that is another or before it; nil when there is none.
    func last(of date: PlanDate, in zone: TimeZone, atOrBefore instant: Date) -> Date? {
        let stretches = LocalDay(date, in: zone).stretches
        var found = ends(ofGapsIn: stretches, of: date, in: zone).filter { $0 <= instant }.max()
        for (number, stretch) in stretches.enumerated() where stretch.start <= instant {
            let length = min(stretch.end, instant).timeIntervalSince(stretch.start).rounded(.down)
            let limit = min(stretch.local.upperBound, stretch.local.lowerBound + Int(length) + 1)
            var index = times.count(below: limit) - 1
            while index >= 0, times[index] >= stretch.local.lowerBound {
                if isRun(times[index], in: stretches, number) {
                    let last = stretch.instant(of: times[index])
                    found = max(found ?? last, last)
                    break
                }
                index -= 1
            }
        }
        return found
    }

    /// Whether a time of a stretch is the one that counts, when an earlier one may have it as well.
    private func isRun(_ time: Int, in stretches: [LocalDay.Stretch], _ number: Int) -> Bool {
        isEveryHour || !stretches[..<number].contains { $0.local.contains(time) }
    }

    /// When times that the day skips come instead.
    private func ends(ofGapsIn stretches: [LocalDay.Stretch], of date: PlanDate, in zone: TimeZone) -> [Date] {
        if isEveryHour { return [] }
        var ends: [Date] = []
        var shown = 0
        for stretch in stretches {
            if names(timeFrom: shown, to: stretch.local.lowerBound) { ends.append(stretch.start) }
            shown = max(shown, stretch.local.upperBound)
        }
        if names(timeFrom: shown, to: 86_400) {
            // No zone leaves out two days in a row.
            let next = (1...2).lazy.compactMap { days in
                LocalDay(PlanDate(daysSince1970: date.daysSince1970 + days), in: zone).stretches.first?.start
            }
            if let end = next.first { ends.append(end) }
        }
        return ends
    }

    private func names(timeFrom start: Int, to end: Int) -> Bool {
        start < end && times.count(below: start) < times.count(below: end)
    }
}

extension [Int] {
    /// How many of these ascending numbers are below a limit.
    fileprivate func count(below limit: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < limit { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
