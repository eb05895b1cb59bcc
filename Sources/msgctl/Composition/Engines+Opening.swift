import ElasticsearchBackend
import Foundation
import Logging
import MongoDBBackend
import MsgKit
import RabbitMQBackend
import RedisBackend
import SQLiteBackend

extension Engines {
    /// The engines that the configuration selects. Those that are elsewhere need not be there yet; the embedded ones are
    /// opened only where one of them is used.
    static func open(
        _ configuration: Configuration, node: NodeID, logger: Logger, clock: any WallClock
    ) async throws -> Engines {
        var closing = EngineClosing()
        do {
            let embedded = try await openEmbeddedIfUsed(configuration, node: node, logger: logger, clock: clock)
            if let embedded { closing.add { try await embedded.close() } }
            var services = embedded?.services ?? []
            var pools: [@Sendable () -> [PoolUse]] = embedded.map { engine in [{ engine.pools }] } ?? []
            var records: RecordEngine
            if let url = configuration.store.mongoDBURI {
                let mongoDB = try openMongoDB(url, configuration, logger: logger, clock: clock)
                closing.add { await mongoDB.close() }
                services += mongoDB.services
                pools.append { mongoDB.pools }
                records = RecordEngine(mongoDB)
            } else {
                records = RecordEngine(try require(embedded))
            }
            let cache: CacheEngine
            if let url = configuration.cache.redisURL {
                let redis = try openRedis(url, configuration, logger: logger)
                closing.add { await redis.close() }
                cache = CacheEngine(redis, logger: logger)
                // Who makes a request is known without asking the records; what ends that is told to every process.
                records.sessions = CachedSessions(records.sessions, cache: redis.cache)
                records.users = InvalidatingUsers(records.users, cache: redis.cache)
            } else {
                cache = CacheEngine(try require(embedded))
            }
            let queue: QueueEngine
            if let url = configuration.queue.rabbitMQURL {
                let rabbitMQ = try openRabbitMQ(url, configuration, logger: logger, clock: clock)
                closing.add { await rabbitMQ.close() }
                queue = QueueEngine(rabbitMQ)
            } else {
                queue = QueueEngine(try require(embedded))
            }
            let search: SearchEngine
            if let url = configuration.search.elasticsearchURL {
                let elasticsearch = try openElasticsearch(url, configuration, logger: logger)
                closing.add { await elasticsearch.close() }
                search = SearchEngine(elasticsearch)
            } else {
                search = SearchEngine(try require(embedded))
            }
            return Engines(
                records: records, cache: cache, queue: queue, search: search, services: services,
                pools: { [pools] in pools.flatMap { $0() } },
                dataDirectory: embedded.map { _ in configuration.store.dataDirectory },
                close: { [closing] in try await closing.close() })
        } catch {
            // Why it could not be opened is what counts.
            try? await closing.close()
            throw error
        }
    }

    /// The data directory is opened when any part of the system is in it.
    private static func openEmbeddedIfUsed(
        _ configuration: Configuration, node: NodeID, logger: Logger, clock: any WallClock
    ) async throws -> SQLiteBackend? {
        let urls = [
            configuration.store.mongoDBURI, configuration.cache.redisURL, configuration.queue.rabbitMQURL,
            configuration.search.elasticsearchURL,
        ]
        guard urls.contains(where: { $0 == nil }) else { return nil }
        return try await openEmbedded(configuration, node: node, logger: logger, clock: clock)
    }

    private static func require(_ embedded: SQLiteBackend?) throws -> SQLiteBackend {
        guard let embedded else { throw MsgError(.internalError, "A part of the system has no engine.") }
        return embedded
    }
}
