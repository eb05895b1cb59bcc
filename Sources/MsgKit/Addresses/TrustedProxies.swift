/// The proxies whose word is taken for whom they forward a request of.
public struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]

    public init(_ networks: [IPNetwork] = []) {
        self.networks = networks
    }

    public func contains(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// Who made a request.
    ///
    /// Each proxy writes behind the others whom it had the request from, so the list is read from its end, for as long as
    /// who wrote an entry is trusted: what a client wrote itself is never believed.
    /// - Parameters:
    ///   - peer: whom the request came from.
    ///   - forwardedFor: the values of `X-Forwarded-For`, in their order.
    public func client(of peer: IPAddress, forwardedFor: [String]) -> IPAddress {
        var client = peer
        for line in forwardedFor.reversed() {
            var rest = line[...]
            while contains(client), !rest.isEmpty {
                let comma = rest.lastIndex(of: ",")
                let entry = comma.map { rest[rest.index(after: $0)...] } ?? rest
                rest = comma.map { rest[..<$0] } ?? ""
                // A proxy that does not say whom it speaks for speaks for itself.
                guard let address = Self.address(in: entry) else { return client }
                client = address
            }
        }
        return client
    }

    /// An address, perhaps with a port: `192.0.2.1:80`, `[2001:db8::1]:80`.
    private static func address(in entry: Substring) -> IPAddress? {
        let text = TextRules.trimmed(String(entry))
        if let address = IPAddress(text) { return address }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]"), isPort(text[text.index(after: end)...]) {
            return IPAddress(text[text.index(after: text.startIndex)..<end])
        }
        guard let colon = text.firstIndex(of: ":"), isPort(text[colon...]) else { return nil }
        return IPAddress(text[..<colon])
    }

    /// Nothing, or a colon and a port.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty
            || (text.first == ":" && text.dropFirst().allSatisfy(\.isNumber) && UInt16(text.dropFirst()) != nil)
    }
}
