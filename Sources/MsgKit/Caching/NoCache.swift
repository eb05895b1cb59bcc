import Foundation

/// Caches nothing.
public struct NoCache: ResponseCache {
    public init() {}

    public func lookup(_ key: CacheKey, tags: [CacheTag]) async -> CacheLookup { .miss(nil) }
    public func store(_ value: Data, for ticket: CacheTicket) async {}
    public func suspend(_ tags: [CacheTag]) async throws -> CacheSuspension {
        CacheSuspension(id: "", tags: tags, begunAt: .now)
    }
    public func invalidate(_ tags: [CacheTag], ending suspension: CacheSuspension?) async throws {}
}
