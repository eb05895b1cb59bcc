import Foundation

/// An address of the Internet Protocol. One of version 4 is kept as version 6 writes it (`::ffff:a.b.c.d`), so that the
/// two forms of one address are equal.
public struct IPAddress: Sendable, Hashable {
    let bits: UInt128

    init(bits: UInt128) {
        self.bits = bits
    }

    /// - Parameter text: as `192.0.2.1` or `2001:db8::1`, the latter perhaps with a zone (`%eth0`), which is left out.
    public init?(_ text: some StringProtocol) {
        // The longest there is, INET6_ADDRSTRLEN, and a zone.
        guard text.utf8.count <= 64, !text.utf8.contains(0) else { return nil }
        let plain = String(text.prefix { $0 != "%" })
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, plain, &four) == 1 {
            bits = Self.mappedPrefix << 32 | UInt128(UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, plain, &six) == 1 {
            bits = withUnsafeBytes(of: six) { $0.reduce(0) { $0 << 8 | UInt128($1) } }
        } else {
            return nil
        }
    }

    var isVersion4: Bool { bits >> 32 == Self.mappedPrefix }

    /// Whether it is this machine, to itself.
    public var isLoopback: Bool { isVersion4 ? (bits >> 24) & 0xff == 127 : bits == 1 }

    /// What one host or household has at least: the address itself, or the 64-bit network of one of version 6, whose
    /// addresses its owner takes as they like. Of 6to4 (`2002::/16`) it is the address of version 4 that such a one is made
    /// from, with 65,536 networks.
    public var household: IPAddress {
        if isVersion4 { return self }
        if bits >> 112 == 0x2002 { return IPAddress(bits: Self.mappedPrefix << 32 | (bits >> 80) & 0xffff_ffff) }
        return IPAddress(bits: (bits >> 64) << 64)
    }

    /// The 48-bit network that providers and tunnels give to whoever asks, with 65,536 households; nil for an address of
    /// version 4, of which there are no so many for one.
    public var site: IPAddress? {
        let household = household
        return household.isVersion4 ? nil : IPAddress(bits: (bits >> 80) << 80)
    }

    private static let mappedPrefix: UInt128 = 0xffff
}

extension IPAddress: CustomStringConvertible {
    public var description: String {
        if isVersion4 {
            return [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: bits >> $0)) }.joined(separator: ".")
        }
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) { bytes in
            for index in 0..<16 { bytes[index] = UInt8(truncatingIfNeeded: bits >> (8 * (15 - index))) }
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, &address, &text, socklen_t(text.count)) != nil else { return "::" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
