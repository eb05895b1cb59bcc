import Foundation
import Logging
import MsgKit
import Synchronization

/// The cache in Redis. What it holds is good for one run of one server, so that a server that comes back from an old
/// snapshot, or another that takes over without the newest changes, has nothing to answer.
final class RedisResponseCache: ResponseCache {
    /// Longer than a ticket and an entry last together: what a suspension protects from is gone when it ends.
    static let holdLifetime = Duration.seconds(120)
    private static let generationLifetime = Duration.seconds(3600)
    private static let maximumTags = 16
    private static let repairBatch = 100

    private struct State {
        var pending = PendingInvalidations()
        var repair: Task<Void, Never>?
        var isClosed = false
        var isWithoutRunLogged = false
    }

    private let client: RedisClient
    private let logger: Logger
    private let prefix: String
    private let lifetime: Duration
    private let state = Mutex(State())

    init(client: RedisClient, logger: Logger) {
        self.client = client
        self.logger = logger
        prefix = client.options.keyPrefix + ":cache:"
        lifetime = min(client.options.cacheLifetime, .seconds(60))
    }

    func lookup(_ key: CacheKey, tags: [CacheTag]) async -> CacheLookup {
        guard key.name.utf8.count <= CacheKey.maximumName, !tags.isEmpty, tags.count <= Self.maximumTags,
            !state.withLock({ $0.pending.forbids(tags) }), let runID = runID()
        else { return .miss(nil) }
        let takenAt = ContinuousClock.now
        do {
            let reply = try await client.run(
                CacheScripts.lookup, keys: [entry(key)] + keys(tags),
                arguments: [runID, Self.nonce(), Self.milliseconds(Self.generationLifetime)], runID: runID)
            // What failed to be invalidated while the server was asked counts too.
            guard !state.withLock({ $0.pending.forbids(tags) }), let values = reply.array,
                let generations = values.first?.string
            else { return .miss(nil) }
            if values.count == 2, let value = values[1].bytes { return .hit(Data(value)) }
            return .miss(CacheTicket(key: key, generations: generations, takenAt: takenAt))
        } catch {
            return .miss(nil)
        }
    }

    func store(_ value: Data, for ticket: CacheTicket) async {
        guard value.count <= client.options.maximumCachedBytes, ticket.isGood,
            let runID = ticket.generations.split(separator: " ").first
        else { return }
        var command = RedisCommand("SET", entry(ticket.key))
        command.append(Array(ticket.generations.utf8) + [UInt8(ascii: "\n")] + value)
        command.append(contentsOf: ["PX", Self.milliseconds(lifetime)])
        _ = try? await client.send([command], runID: String(runID))
    }

    func suspend(_ tags: [CacheTag]) async throws -> CacheSuspension {
        let suspension = CacheSuspension(id: Self.nonce(), tags: tags, begunAt: .now)
        try await run(CacheScripts.suspend, tags, [suspension.id, Self.milliseconds(Self.holdLifetime)])
        return suspension
    }

    func invalidate(_ tags: [CacheTag], ending suspension: CacheSuspension?) async throws {
        do {
            try await invalidate(tags, changes: suspension.map { [$0.id] } ?? [])
        } catch {
            state.withLock { state in
                state.pending.add(
                    tags, ending: suspension, limit: .now + lifetime + CacheTicket.lifetime + .seconds(5))
                if state.repair == nil, !state.isClosed { state.repair = Task { await self.repair() } }
            }
            logger.warning(
                "cached answers were not invalidated yet; the cache is passed over for them",
                metadata: ["tags": "\(tags.count)", "error": "\(String(reflecting: error))"])
            throw client.error(error)
        }
    }

    private func invalidate(_ tags: [CacheTag], changes: Set<String>) async throws {
        try await run(CacheScripts.invalidate, tags, Array(changes))
    }

    /// Goes on when the caller is cancelled: the change that it belongs to may be made already.
    private func run(_ script: LuaScript, _ tags: [CacheTag], _ arguments: [String]) async throws {
        let (client, keys) = (client, keys(tags))
        _ = try await Task { try await client.run(script, keys: keys, arguments: arguments) }.value
    }

    /// Does what is pending until nothing is.
    private func repair() async {
        var backoff = Backoff(from: .milliseconds(100), to: .seconds(2))
        while !Task.isCancelled {
            let (tags, changes, version) = state.withLock { $0.pending.batch(Self.repairBatch) }
            do {
                try await invalidate(tags, changes: changes)
                backoff.reset()
                let isDone = state.withLock { state in
                    state.pending.remove(tags, version: version)
                    if state.pending.isEmpty { state.repair = nil }
                    return state.pending.isEmpty
                }
                if isDone { return logger.notice("cached answers are invalidated; the cache is used again") }
            } catch {
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    func close() async {
        let repair = state.withLock { state in
            state.isClosed = true
            return state.repair
        }
        repair?.cancel()
        await repair?.value
    }

    /// Of the server that is connected. A server that does not tell can't be told from one with older contents, so it
    /// caches nothing.
    private func runID() -> String? {
        guard case .connected(let runID) = client.server else { return nil }
        guard runID == nil else { return runID }
        let isFirst = state.withLock { state in
            defer { state.isWithoutRunLogged = true }
            return !state.isWithoutRunLogged
        }
        if isFirst { logger.warning("nothing is cached: Redis does not let this user read INFO") }
        return nil
    }

    // MARK: Keys

    private func entry(_ key: CacheKey) -> String {
        "\(prefix)entry:\(key.user?.description ?? "-"):\(key.name)"
    }

    /// Generations, then holds.
    private func keys(_ tags: [CacheTag]) -> [String] {
        tags.map { "\(prefix)generation:\($0.rawValue)" } + tags.map { "\(prefix)hold:\($0.rawValue)" }
    }

    private static func nonce() -> String { NodeID.random().rawValue + NodeID.random().rawValue }

    private static func milliseconds(_ duration: Duration) -> String {
        String(max(Int64(duration.seconds * 1000), 1))
    }
}
