import Foundation

/// Answers kept for a short time, shared by all processes, and dropped when what they were made of changes.
///
/// An answer is never shown that was read before a change whose ``invalidate(_:ending:)`` has returned, in any process.
/// Whoever answers looks up first, reads the records only on a miss, and stores what was read with the miss's ticket.
/// Whoever changes records invalidates the tags before the change is acknowledged; see
/// ``changing(_:_:)`` and ``changingStrictly(_:_:)``.
public protocol ResponseCache: Sendable {
    /// What is cached under a key, if nothing that its tags name has changed since. Never fails: a cache that is away
    /// has nothing. At most 16 tags.
    func lookup(_ key: CacheKey, tags: [CacheTag]) async -> CacheLookup

    /// Keeps an answer for at most a minute. One that is too long is not kept, nor one whose tags have changed since the
    /// ticket was taken.
    func store(_ value: Data, for ticket: CacheTicket) async

    /// From now on nothing of the tags is answered or kept, until ``invalidate(_:ending:)`` is called with the result or
    /// two minutes have passed. So a process that dies between a change and its invalidation leaves nothing behind.
    /// - Throws: ``ErrorCode/unavailable`` or ``ErrorCode/serverBusy``.
    func suspend(_ tags: [CacheTag]) async throws -> CacheSuspension

    /// From now on nothing is answered that was read before.
    /// - Throws: ``ErrorCode/unavailable`` or ``ErrorCode/serverBusy`` when it is not done yet. It is done later then, and
    ///   until it is this process answers nothing of the tags from the cache; others may, until what is cached has expired.
    func invalidate(_ tags: [CacheTag], ending suspension: CacheSuspension?) async throws
}

extension ResponseCache {
    /// Makes a change and invalidates. An invalidation that fails is not the caller's matter: this process shows nothing
    /// old, and others do so for a minute at most.
    public func changing<Result>(_ tags: [CacheTag], _ change: () async throws -> Result) async throws -> Result {
        do {
            let result = try await change()
            try? await invalidate(tags, ending: nil)
            return result
        } catch {
            // Whether it was made may not be known.
            try? await invalidate(tags, ending: nil)
            throw error
        }
    }

    /// Makes a change after which nothing old may be answered anywhere, whatever dies or fails meanwhile.
    /// - Throws: what the change throws. When the change is made but what was cached before it may still be answered,
    ///   ``ErrorCode/unavailable``; making the change again is then the caller's to do.
    public func changingStrictly<Result>(
        _ tags: [CacheTag], _ change: () async throws -> Result
    ) async throws -> Result {
        let suspension = try? await suspend(tags)
        let result: Result
        do {
            result = try await change()
        } catch {
            try? await invalidate(tags, ending: suspension)
            throw error
        }
        do {
            try await invalidate(tags, ending: suspension)
        } catch {
            // Suspended, it outlasts whatever is cached.
            guard let suspension, suspension.protects else { throw error }
        }
        return result
    }
}
