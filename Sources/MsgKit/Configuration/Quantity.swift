/// A whole number with a unit behind it, such as `15m` or `1MiB`.
enum Quantity {
    struct Unit: Sendable {
        var name: String
        var factor: Int64

        init(_ name: String, _ factor: Int64) {
            self.name = name
            self.factor = factor
        }
    }

    /// Smallest first, in milliseconds.
    static let time = [
        Unit("ms", 1), Unit("s", 1000), Unit("m", 60_000), Unit("h", 3_600_000), Unit("d", 86_400_000),
    ]
    /// Smallest first, in bytes.
    static let size = [
        Unit("B", 1), Unit("KB", 1000), Unit("KiB", 1 << 10), Unit("MB", 1_000_000), Unit("MiB", 1 << 20),
        Unit("GB", 1_000_000_000), Unit("GiB", 1 << 30),
    ]

    /// The amount in the smallest unit; too large a number counts as the largest.
    static func parse(_ text: String, _ units: [Unit], unitMayLack: Bool) throws(Refusal) -> Int64 {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...]
        guard !digits.isEmpty else { throw Refusal("\(text.quoted) does not begin with a whole number") }
        if unit.isEmpty, !unitMayLack { throw Refusal("\(text.quoted) has no unit") }
        guard let factor = unit.isEmpty ? 1 : units.first(where: { $0.name == unit })?.factor else {
            throw Refusal("\(text.quoted) has an unknown unit")
        }
        let (amount, overflow) = (Int64(digits) ?? .max).multipliedReportingOverflow(by: factor)
        return overflow ? .max : amount
    }

    /// With the largest unit that leaves no remainder.
    static func write(_ amount: Int64, _ units: [Unit]) -> String {
        guard amount != 0, let unit = units.last(where: { amount % $0.factor == 0 }) else {
            return "0\(units.first?.name ?? "")"
        }
        return "\(amount / unit.factor)\(unit.name)"
    }

    /// - Throws: ``Refusal`` for what is no duration; too long a one counts as the longest.
    static func duration(_ text: String) throws(Refusal) -> Duration {
        Duration.milliseconds(try parse(text, time, unitMayLack: false))
    }

    /// In milliseconds or a larger unit.
    static func write(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        return write(seconds * 1000 + attoseconds / 1_000_000_000_000_000, time)
    }
}
