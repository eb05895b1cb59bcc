/// One element of the list that a field of a cron expression is: `*`, `5`, `1-5`, `*/15`, `0-30/10`.
struct CronItem {
    /// Bit n is set when it names n; a Sunday is 0.
    let bits: UInt64

    init(_ text: Substring, _ unit: CronUnit) throws(CronProblem) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let range = try Self.range(parts[0], unit)
        var step = 1
        if parts.count == 2 {
            let isRange = parts[0] == "*" || parts[0].contains("-")
            guard isRange else {
                throw Self.problem(
                    unit, "a step needs a range",
                    "write \(parts[0])-\(unit.every.upperBound)/\(String(parts[1].prefix(12)).printable)")
            }
            step = try Self.step(parts[1], unit)
        }
        bits = stride(from: range.lowerBound, through: range.upperBound, by: step).reduce(0) { bits, value in
            // A Sunday may be 7.
            bits | 1 << UInt64(unit == .weekday ? value % 7 : value)
        }
    }

    private static func range(_ text: Substring, _ unit: CronUnit) throws(CronProblem) -> ClosedRange<Int> {
        if text == "*" { return unit.every }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(ends[0], unit)
        guard ends.count == 2 else { return first...first }
        let last = try value(ends[1], unit)
        guard first <= last else {
            let until = unit.every.upperBound
            let head = first == until ? "\(first)" : "\(first)-\(until)"
            let start = unit.every.lowerBound
            let tail = last == start ? "\(last)" : "\(start)-\(last)"
            throw problem(unit, "\(String(text).quoted) runs backwards", "write \(head),\(tail)")
        }
        return first...last
    }

    private static func step(_ text: Substring, _ unit: CronUnit) throws(CronProblem) -> Int {
        let largest = unit.every.upperBound
        guard let step = number(text), (1...largest).contains(step) else {
            throw problem(unit, "\(String(text).quoted) is no step", "write a number from 1 to \(largest) after the /")
        }
        return step
    }

    private static func value(_ text: Substring, _ unit: CronUnit) throws(CronProblem) -> Int {
        if let number = number(text) {
            guard unit.limits.contains(number) else {
                throw problem(
                    unit, "\(String(text).quoted) is not from \(unit.limits.lowerBound) to \(unit.limits.upperBound)",
                    "write \(unit.expects)")
            }
            return number
        }
        let name = text.uppercased()
        if let number = unit.number(of: name) { return number }
        switch name {
        case "": throw problem(unit, "an empty place", "write \(unit.expects), or *")
        case "?": throw problem(unit, "? is not known", "write * instead")
        case "*": throw problem(unit, "* is not the end of a range", "write * alone or \(unit.expects)")
        default: break
        }
        // Other schedulers' signs for the last day, the nearest working day, the third Friday.
        if unit == .day || unit == .weekday, let sign = name.first(where: { "LW#".contains($0) }) {
            throw problem(
                unit, "\(String(text).quoted): \(sign) is not known", "write the days as numbers, such as 1,15 or 1-7")
        }
        throw problem(unit, "\(String(text).quoted) is not known", "write \(unit.expects)")
    }

    /// Digits only, and no more than could be meant.
    private static func number(_ text: Substring) -> Int? {
        let isNumber =
            (1...9).contains(text.utf8.count) && text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        return isNumber ? Int(text) : nil
    }

    private static func problem(_ unit: CronUnit, _ problem: String, _ remedy: String) -> CronProblem {
        CronProblem("\(unit.rawValue): \(problem)", remedy: remedy)
    }
}
