/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or a single address.
public struct IPNetwork: Sendable, Hashable {
    private let base: IPAddress
    /// Bits that are the same for all, of the 128 of version 6.
    private let prefixLength: Int

    /// Nil for what is no network; also for one that has bits behind its prefix, which was most likely meant otherwise.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = IPAddress(parts[0]) else { return nil }
        let bits = base.isVersion4 ? 32 : 128
        var length = bits
        if parts.count == 2 {
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(parts[1]), number <= bits
            else { return nil }
            length = number
        }
        self.base = base
        prefixLength = 128 - bits + length
        guard base.bits & ~Self.mask(prefixLength) == 0 else { return nil }
    }

    public func contains(_ address: IPAddress) -> Bool { address.bits & Self.mask(prefixLength) == base.bits }

    private static func mask(_ length: Int) -> UInt128 { length == 0 ? 0 : UInt128.max << UInt128(128 - length) }
}

extension IPNetwork: CustomStringConvertible {
    public var description: String {
        let (bits, length) = base.isVersion4 ? (32, prefixLength - 96) : (128, prefixLength)
        return length == bits ? "\(base)" : "\(base)/\(length)"
    }
}
