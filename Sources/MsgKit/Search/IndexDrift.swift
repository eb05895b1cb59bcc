/// How an index differs from the messages.
public struct IndexDrift: Sendable, Equatable, Codable {
    /// Messages looked at.
    public var checked = 0
    /// Messages that the index lacks.
    public var missing = 0
    /// Messages that the index holds in another state.
    public var stale = 0
    /// Entries without a message.
    public var extra = 0
    /// Messages that changed a moment ago and wait for their turn; no drift.
    public var waiting = 0
    /// Entries that were mended.
    public var repaired = 0
    /// Which they are, in the order of ids.
    public private(set) var missingIds: [Message.ID] = []
    public private(set) var staleIds: [Message.ID] = []
    public private(set) var extraIds: [Message.ID] = []

    public init() {}

    public var isClean: Bool { missing == 0 && stale == 0 && extra == 0 }

    mutating func note(missing: [Message.ID], stale: [Message.ID], extra: [Message.ID]) {
        self.missing += missing.count
        self.stale += stale.count
        self.extra += extra.count
        missingIds += missing
        staleIds += stale
        extraIds += extra
    }
}
