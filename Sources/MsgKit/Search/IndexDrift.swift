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
    /// Entries that were mended.
    public var repaired = 0

    public init() {}

    public var isClean: Bool { missing == 0 && stale == 0 && extra == 0 }
}
