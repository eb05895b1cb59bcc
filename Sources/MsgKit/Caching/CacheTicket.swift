/// The right to cache an answer that is read now: it says how things stood before the reading.
public struct CacheTicket: Sendable {
    /// How long a ticket is good: an answer that took longer is not cached.
    public static let lifetime = Duration.seconds(10)

    public let key: CacheKey
    /// The tags' generations, in the form of the cache that gave it.
    public let generations: String
    public let takenAt: ContinuousClock.Instant

    public init(key: CacheKey, generations: String, takenAt: ContinuousClock.Instant = .now) {
        self.key = key
        self.generations = generations
        self.takenAt = takenAt
    }

    public var isGood: Bool { .now - takenAt < Self.lifetime }
}
