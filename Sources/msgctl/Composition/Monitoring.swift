import Logging
import Metrics
import MsgKit
import MsgServer
import PrometheusMetrics
import ServiceLifecycle
import SocketIO

/// The metrics of a process that stays. Begun before anything that counts is made.
struct Monitoring: Sendable {
    private let registry: PrometheusRegistry
    private let process: ProcessMetrics
    let sockets: SocketMetrics

    /// Has this process count, from here on.
    static func begin() -> Monitoring {
        let registry = PrometheusRegistry(
            Metric.allCases.map { MetricDefinition($0.rawValue, help: $0.help, buckets: $0.buckets) }
                + ProcessMetrics.definitions,
            refusedName: Metric.seriesRefused.rawValue)
        MetricsSystem.bootstrap(registry)
        Metric.buildInfo.gauge([("version", Version.current)]).set(1)
        // Of engines and parts that may not be there: nothing has gone wrong yet.
        _ = Metric.searchRefused.counter()
        return Monitoring(
            registry: registry, process: ProcessMetrics(factory: registry), sockets: SocketMetrics())
    }

    private init(registry: PrometheusRegistry, process: ProcessMetrics, sockets: SocketMetrics) {
        self.registry = registry
        self.process = process
        self.sockets = sockets
    }

    /// What `/metrics` of a process answers.
    /// - Parameters:
    ///   - passwords: how busy the threads are that compare passwords, where there are any.
    ///   - server: whose connections are shown.
    func page(
        _ composition: Composition, indexing: IndexingProgress? = nil,
        passwords: (@Sendable () -> PoolUse)? = nil, server: SocketIOServer? = nil
    ) -> MetricsPage {
        let engines = composition.engines
        let figures = EngineFigures(
            probes: engines.probes(required: []), queue: engines.queue.jobs, messages: engines.records.autoMessages,
            runs: engines.records.phaseRuns,
            pools: { engines.pools() + (passwords.map { [$0()] } ?? []) }, indexing: indexing,
            clock: composition.clock, logger: composition.logger)
        return MetricsPage(composition.configuration.metrics) { accept in
            await figures.refresh()
            process.refresh()
            if let server { sockets.show(server) }
            let format = ExpositionFormat(accept: accept)
            return (format.contentType, registry.exposition(format))
        }
    }

    /// The listener for metrics of a process without the API; nil when none is configured.
    func server(_ composition: Composition) -> MetricsServer? {
        let configuration = composition.configuration.metrics
        guard configuration.access != .off, let port = configuration.port else { return nil }
        return MetricsServer(
            page: page(composition), configuration: configuration, port: port, clock: composition.clock,
            logger: composition.logger)
    }
}
