/// A whole number with a unit behind it, such as `15m` or `1MiB`.
private struct Quantity {
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
}

extension ValueSyntax where Value == Duration {
    /// A length of time, such as `250ms`, `5s`, `15m`, `2h` or `30d`.
    static func duration(_ limits: ClosedRange<Duration>) -> ValueSyntax {
        let write: Writer = { Quantity.write(milliseconds($0), Quantity.time) }
        let expects = "a duration from \(write(limits.lowerBound)) to \(write(limits.upperBound)) with ms, s, m, h or d"
        return ValueSyntax(scalar: expects, write: write) { text throws(Refusal) in
            let duration = Duration.milliseconds(try Quantity.parse(text, Quantity.time, unitMayLack: false))
            guard limits.contains(duration) else { throw Refusal("\(text.quoted) is out of range") }
            return duration
        }
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}

extension ValueSyntax where Value == Int {
    /// A number of bytes, such as `1MiB`, `100KiB`, `1MB` or `4096`.
    static func size(_ limits: ClosedRange<Int>) -> ValueSyntax {
        let write: Writer = { Quantity.write(Int64($0), Quantity.size) }
        let expects =
            "a size from \(write(limits.lowerBound)) to \(write(limits.upperBound)) in bytes or with KiB, MiB, KB or MB"
        return ValueSyntax(scalar: expects, write: write) { text throws(Refusal) in
            let bytes = try Quantity.parse(text, Quantity.size, unitMayLack: true)
            guard let bytes = Int(exactly: bytes), limits.contains(bytes) else {
                throw Refusal("\(text.quoted) is out of range")
            }
            return bytes
        }
    }
}
