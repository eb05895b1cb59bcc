/// A change that is under way: while it lasts nothing of its tags is cached.
public struct CacheSuspension: Sendable {
    /// How long after its beginning it still protects from an invalidation that fails.
    public static let protection = Duration.seconds(45)

    public let id: String
    public let tags: [CacheTag]
    public let begunAt: ContinuousClock.Instant

    public init(id: String, tags: [CacheTag], begunAt: ContinuousClock.Instant) {
        self.id = id
        self.tags = tags
        self.begunAt = begunAt
    }

    public var protects: Bool { .now - begunAt < Self.protection }
}
