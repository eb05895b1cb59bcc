import MsgKit

/// What is still to be invalidated, because the server was away. While a tag is in it nothing of it is answered.
struct PendingInvalidations {
    /// More tags than this are not told apart: nothing at all is answered for a time then.
    static let maximumTags = 10_000

    private struct Tag {
        /// Grows with every failure, so that what failed again meanwhile is not taken for done.
        var version: UInt64
        var changes: Set<String>
    }

    private var tags: [CacheTag: Tag] = [:]
    private var version: UInt64 = 0
    private var bypassedUntil: ContinuousClock.Instant?

    var isEmpty: Bool { tags.isEmpty }

    func forbids(_ tags: [CacheTag]) -> Bool {
        if let bypassedUntil, .now < bypassedUntil { return true }
        return !self.tags.isEmpty && tags.contains { self.tags[$0] != nil }
    }

    /// - Parameter limit: until when everything that is cached now has expired.
    mutating func add(_ tags: [CacheTag], ending suspension: CacheSuspension?, limit: ContinuousClock.Instant) {
        version += 1
        for tag in tags {
            var changes = self.tags[tag]?.changes ?? []
            if let suspension { changes.insert(suspension.id) }
            self.tags[tag] = Tag(version: version, changes: changes)
        }
        if self.tags.count > Self.maximumTags {
            self.tags = [:]
            bypassedUntil = limit
        }
    }

    /// Some to do again, with the version to say so by.
    func batch(_ limit: Int) -> (tags: [CacheTag], changes: Set<String>, version: UInt64) {
        let some = tags.prefix(limit)
        return (some.map(\.key), some.reduce(into: []) { $0.formUnion($1.value.changes) }, version)
    }

    mutating func remove(_ done: [CacheTag], version: UInt64) {
        for tag in done where (tags[tag]?.version ?? .max) <= version { tags[tag] = nil }
    }
}
