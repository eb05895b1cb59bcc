/// One field of a cron expression: the numbers that it names.
struct CronField: Sendable, Equatable {
    /// Bit n is set when the field names n; a Sunday is 0. Every number of a field is below 60.
    private let bits: UInt64
    /// Whether its text begins with `*`, by which the two fields of days are told to go together.
    let beginsWithStar: Bool

    /// `*`, `5`, `1-5`, `*/15`, `0-30/10`, `MON-FRI` or a list of them with commas.
    init(_ text: Substring, _ unit: CronUnit) throws(CronProblem) {
        var bits: UInt64 = 0
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            bits |= try CronItem(item, unit).bits
        }
        self.bits = bits
        beginsWithStar = text.hasPrefix("*")
    }

    /// `*`.
    init(every unit: CronUnit) {
        bits = unit.every.reduce(0) { $0 | 1 << UInt64($1) }
        beginsWithStar = true
    }

    func contains(_ value: Int) -> Bool { (0..<64).contains(value) && bits & 1 << UInt64(value) != 0 }

    /// All of them, ascending.
    var values: [Int] { (0..<60).filter(contains) }
}
