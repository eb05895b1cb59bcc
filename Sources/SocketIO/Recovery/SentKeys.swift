import DequeModule

/// At which place the last events with a key were sent. Pure.
struct SentKeys {
    private var sequences: [String: UInt64] = [:]
    private var order: Deque<String> = []
    private let limit: Int
    /// The last one.
    private(set) var latest: String?

    init(limit: Int) {
        self.limit = limit
    }

    /// The first place counts.
    mutating func append(_ key: String, at sequence: UInt64) {
        latest = key
        guard limit > 0, sequences[key] == nil else { return }
        if order.count == limit, let oldest = order.popFirst() { sequences[oldest] = nil }
        sequences[key] = sequence
        order.append(key)
    }

    subscript(key: String) -> UInt64? { sequences[key] }
}
