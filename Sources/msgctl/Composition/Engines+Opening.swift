import Foundation
import Logging
import MsgKit
import SQLiteBackend

extension Engines {
    /// The engines that the configuration selects. Those that are elsewhere need not be there yet; the embedded ones are
    /// opened only where one of them is used.
    static func open(
        _ configuration: Configuration, node: NodeID, logger: Logger, clock: any WallClock
    ) async throws -> Engines {
        try refuseMissing(configuration)
        let embedded = try await openEmbedded(configuration, node: node, logger: logger, clock: clock)
        return Engines(
            records: RecordEngine(embedded), cache: CacheEngine(embedded), queue: QueueEngine(embedded),
            search: SearchEngine(embedded), services: embedded.services,
            dataDirectory: configuration.store.dataDirectory, close: { try await embedded.close() })
    }

    /// Nobody shall believe to be running on an engine that they are not.
    private static func refuseMissing(_ configuration: Configuration) throws {
        let chosen = [
            ("MongoDB", configuration.store.mongoDBURI), ("Redis", configuration.cache.redisURL),
            ("RabbitMQ", configuration.queue.rabbitMQURL), ("Elasticsearch", configuration.search.elasticsearchURL),
        ]
        for (name, url) in chosen where url != nil {
            throw MsgError(.configuration, "This version of msgctl has no \(name) backend.")
        }
    }
}
