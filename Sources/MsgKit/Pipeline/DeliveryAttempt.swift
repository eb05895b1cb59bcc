import Foundation

/// A try of a delivery that failed.
public struct DeliveryAttempt: Sendable, Equatable, Codable {
    /// A longer error is cut to so many characters.
    public static let maximumError = 300
    private static let maximumNode = 64

    private enum CodingKeys: CodingKey {
        case at, error, node
    }

    public let at: Date
    public let error: String
    /// The worker that tried.
    public let node: NodeID

    public init(at instant: Date, error: String, node: NodeID) {
        at = instant.wholeMilliseconds
        self.error = String(error.prefix(Self.maximumError))
        self.node = NodeID(rawValue: String(node.rawValue.prefix(Self.maximumNode)))
    }

    /// Dates are text whatever the coder makes of dates, as a queue's messages are read by coders of several kinds.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let instant = Date(iso8601: try container.decode(String.self, forKey: .at)) else {
            throw DecodingError.dataCorruptedError(forKey: .at, in: container, debugDescription: "A date is ISO 8601.")
        }
        self.init(
            at: instant, error: try container.decode(String.self, forKey: .error),
            node: NodeID(rawValue: try container.decode(String.self, forKey: .node)))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(at.iso8601, forKey: .at)
        try container.encode(error, forKey: .error)
        try container.encode(node.rawValue, forKey: .node)
    }
}
