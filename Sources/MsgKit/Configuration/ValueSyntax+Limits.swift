extension ValueSyntax where Value == RateLimit? {
    /// `100/15m`: so many in so long; or `off`.
    static var rateLimit: ValueSyntax {
        let windows: ClosedRange<Duration> = .seconds(1)...(.seconds(86_400))
        let expects =
            "a number and a duration from \(Quantity.write(windows.lowerBound)) to \(Quantity.write(windows.upperBound)), "
            + "such as 100/15m, or off"
        return ValueSyntax(
            scalar: expects, write: { $0.map { "\($0.count)/\(Quantity.write($0.window))" } ?? "off" }
        ) { text throws(Refusal) in
            if text.lowercased() == "off" { return nil }
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw Refusal("\(text.quoted) is no such pair") }
            guard parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(parts[0]),
                (1...1_000_000_000).contains(count)
            else { throw Refusal("\(String(parts[0]).quoted) is not a number from 1 to 1000000000") }
            let window = try Quantity.duration(String(parts[1]))
            guard windows.contains(window) else { throw Refusal("\(String(parts[1]).quoted) is out of range") }
            return RateLimit(count, per: window)
        }
    }
}

extension ValueSyntax where Value == IPNetwork {
    /// An address, or a network as CIDR writes it.
    static var network: ValueSyntax {
        ValueSyntax(scalar: "an IP address or a network such as 10.0.0.0/8", write: { $0.description }) {
            text throws(Refusal) in
            guard let network = IPNetwork(text) else { throw Refusal("\(text.quoted) is neither") }
            return network
        }
    }
}
