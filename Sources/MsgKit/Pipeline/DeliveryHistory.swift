import Foundation

/// The tries of a delivery that failed, the oldest first; of many the last.
///
/// Read leniently, as others can write into a queue: what is no attempt is left out, what is no list is an empty one.
public struct DeliveryHistory: Sendable, Equatable, Codable {
    /// How many are kept.
    public static let maximumAttempts = 10

    private struct Entry: Decodable {
        var attempt: DeliveryAttempt?

        init(from decoder: any Decoder) throws { attempt = try? DeliveryAttempt(from: decoder) }
    }

    public private(set) var attempts: [DeliveryAttempt]

    public init(_ attempts: [DeliveryAttempt] = []) {
        self.attempts = attempts.suffix(Self.maximumAttempts)
    }

    public mutating func append(_ attempt: DeliveryAttempt) {
        self = DeliveryHistory(attempts + [attempt])
    }

    public init(from decoder: any Decoder) throws {
        let entries = try? decoder.singleValueContainer().decode([Entry].self)
        self.init((entries ?? []).compactMap(\.attempt))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(attempts)
    }
}
