extension ValueSyntax where Value == Duration {
    /// A length of time, such as `250ms`, `5s`, `15m`, `2h` or `30d`.
    static func duration(_ limits: ClosedRange<Duration>) -> ValueSyntax {
        let write: Writer = { Quantity.write($0) }
        let expects = "a duration from \(write(limits.lowerBound)) to \(write(limits.upperBound)) with ms, s, m, h or d"
        return ValueSyntax(scalar: expects, write: write) { text throws(Refusal) in
            let duration = try Quantity.duration(text)
            guard limits.contains(duration) else { throw Refusal("\(text.quoted) is out of range") }
            return duration
        }
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
