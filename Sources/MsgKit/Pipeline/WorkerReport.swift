import Foundation

/// How a worker is doing, as it says itself every few seconds.
public struct WorkerReport: Sendable, Equatable, Codable {
    public var node: NodeID
    public var startedAt: Date
    /// When it said this.
    public var seenAt: Date
    /// When it last settled a delivery; nil when it has settled none.
    public var lastSettledAt: Date?
    /// Deliveries settled since its start.
    public var settled: Int
    /// Jobs that it has taken and not settled.
    public var inHand: Int
    /// Deliveries that it makes at a time.
    public var concurrency: Int
    /// Since when it gets nothing done although there is something to do; nil while it does or there is nothing.
    public var stalledSince: Date?

    public init(
        node: NodeID, startedAt: Date, seenAt: Date, lastSettledAt: Date? = nil, settled: Int = 0, inHand: Int = 0,
        concurrency: Int, stalledSince: Date? = nil
    ) {
        self.node = node
        self.startedAt = startedAt
        self.seenAt = seenAt
        self.lastSettledAt = lastSettledAt
        self.settled = settled
        self.inHand = inHand
        self.concurrency = concurrency
        self.stalledSince = stalledSince
    }
}
