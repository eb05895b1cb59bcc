import ElasticsearchBackend
import Logging
import MongoDBBackend
import MsgKit
import RabbitMQBackend
import RedisBackend

extension Engines {
    /// Longer than an engine's own limits, after which it says which host is silent and why; this one would not.
    private static let patience = Duration.seconds(10)

    /// Asks every engine that the configuration selects how it is, and makes nothing in any of them. What an embedded
    /// database that is there is asked is whether it takes a write, of one row that is for this alone.
    static func inspect(_ configuration: Configuration, logger: Logger) async throws -> (
        report: HealthReport, failures: [String: any Error]
    ) {
        var closing = EngineClosing()
        do {
            let probes = try await inspections(configuration, logger: logger, &closing)
            let required: Set = ["store", "cache", "queue"]
            let found = await HealthService(
                probes: probes.map { PartProbe(probe: $0, isRequired: required.contains($0.name)) }, explains: true,
                deadline: patience, logger: logger
            ).examine()
            try await closing.close()
            return found
        } catch {
            // Why it could not be opened is what counts.
            try? await closing.close()
            throw error
        }
    }

    private static func inspections(
        _ configuration: Configuration, logger: Logger, _ closing: inout EngineClosing
    ) async throws -> [any HealthProbe] {
        let clock = SystemClock()
        var probes: [any HealthProbe] = []
        var embedded: Set = ["store", "cache", "queue", "search"]
        func add(_ probe: any HealthProbe) {
            probes.append(probe)
            embedded.remove(probe.name)
        }
        if let url = configuration.store.mongoDBURI {
            let mongoDB = try openMongoDB(url, configuration, logger: logger, clock: clock)
            closing.add { await mongoDB.close() }
            add(mongoDB.inspection)
            let survey = DeliverySurvey(
                board: mongoDB.workers, messages: mongoDB.autoMessages, stallAfter: configuration.worker.stallAfter,
                clock: clock)
            add(DeliveryProbe { try await survey.problem(unless: mongoDB.inspection) })
        }
        if let url = configuration.cache.redisURL {
            let redis = try openRedis(url, configuration, logger: logger)
            closing.add { await redis.close() }
            add(redis.probe)
        }
        if let url = configuration.queue.rabbitMQURL {
            let rabbitMQ = try openRabbitMQ(url, configuration, logger: logger, clock: clock)
            closing.add { await rabbitMQ.close() }
            add(rabbitMQ.inspection)
        }
        if let url = configuration.search.elasticsearchURL {
            let elasticsearch = try openElasticsearch(url, configuration, logger: logger)
            closing.add { await elasticsearch.close() }
            add(elasticsearch.probe)
        }
        return probes + (try await embeddedInspections(embedded, configuration, logger: logger, &closing))
    }
}
