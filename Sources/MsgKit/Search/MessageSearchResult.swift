/// What a search found.
public struct MessageSearchResult: Sendable {
    public var page: Page<MessageHit>
    /// Whether the index was away and the store answered in its place: by the newest messages only, the newest first.
    public var isDegraded: Bool
}
