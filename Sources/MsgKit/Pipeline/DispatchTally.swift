/// How many deliveries ended how.
public struct DispatchTally: Sendable, Equatable, Codable {
    private enum CodingKeys: CodingKey {
        case delivered, duplicates, retried, deadLettered
    }

    public var delivered = 0
    public var duplicates = 0
    public var retried = 0
    public var deadLettered = 0
    /// Whether the worker was told to stop before it found the queue empty; no part of what is encoded.
    public var isStopped = false

    public init() {}

    mutating func add(_ outcome: DeliveryOutcome) {
        switch outcome {
        case .delivered: delivered += 1
        case .duplicate: duplicates += 1
        case .retried: retried += 1
        case .deadLettered: deadLettered += 1
        }
    }
}
