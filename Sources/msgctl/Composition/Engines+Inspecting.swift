import ElasticsearchBackend
import Logging
import MongoDBBackend
import MsgKit
import RabbitMQBackend
import RedisBackend
import SQLiteBackend

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
        func deliveries(_ workers: any WorkerBoard, _ messages: any AutoMessageStore) -> DeliverySurvey {
            DeliverySurvey(
                board: workers, messages: messages, stallAfter: configuration.worker.stallAfter, clock: clock)
        }
        var embedded: Set = ["store", "cache", "queue", "search"]
        func add(_ probe: any HealthProbe) {
            probes.append(probe)
            embedded.remove(probe.name)
        }
        if let url = configuration.store.mongoDBURI {
            let mongoDB = try openMongoDB(url, configuration, logger: logger, clock: clock)
            closing.add { await mongoDB.close() }
            add(mongoDB.inspection)
            let survey = deliveries(mongoDB.workers, mongoDB.autoMessages)
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
        guard !embedded.isEmpty else { return probes }
        let schema = try await embeddedSchema(configuration)
        guard schema.pending?.isEmpty != false else {
            let form =
                schema.schemaVersion == 0 ? "no database of msgctl's in it yet" : "the schema of an older version"
            let hint =
                "\(configuration.store.dataDirectory) has \(form); msgctl migrate or msgctl serve makes what is missing."
            if embedded.contains("store") { embedded.insert("delivery") }
            return probes + embedded.sorted().map { UnpreparedProbe(name: $0, hint: hint) }
        }
        let backend = try await openEmbedded(configuration, node: .random(), logger: logger, clock: clock)
        closing.add { try await backend.close() }
        let own: [any HealthProbe] = [
            backend.storeProbe, backend.cacheProbe, backend.queueProbe, backend.searchProbe,
        ]
        if embedded.contains("store") {
            let survey = deliveries(backend.workers, backend.autoMessages)
            add(DeliveryProbe { try await survey.problem(unless: backend.storeProbe) })
        }
        return probes + own.filter { embedded.contains($0.name) }
    }
}
