/// One running process among those that share a store; new at each start.
public struct NodeID: Sendable, Hashable, Codable, RawRepresentable {
    public var rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Sixteen random hex digits.
    public static func random() -> NodeID {
        let value = UInt64.random(in: 0...UInt64.max)
        let digits = String(value, radix: 16)
        return NodeID(rawValue: String(repeating: "0", count: 16 - digits.count) + digits)
    }
}
