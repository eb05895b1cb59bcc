import Foundation
import Logging
import Metrics
import Synchronization

/// What has to be asked for when metrics are read: engines, each within the deadline of probes, pools and the indexer. At most
/// every few seconds, however often and by however many it is read.
public actor EngineFigures {
    /// For how long answers hold.
    public static let lifetime = Duration.seconds(5)

    /// What a probe has shown.
    private struct EngineGauges {
        let up: Meter
        let seconds: Meter
    }

    private let engines: HealthService
    private let figures: HealthService
    private let queue: QueueFigures
    private let names: [String: EngineGauges]
    private let pools: @Sendable () -> [PoolUse]
    private let indexing: IndexingProgress?
    private let searchLag: Meter
    private let factory: (any MetricsFactory)?
    private var poolGauges: [String: [Meter]] = [:]
    private var validUntil = ContinuousClock.now
    private var refreshing: Task<Void, Never>?

    /// - Parameters:
    ///   - probes: of the engines.
    ///   - pools: how busy they are at the moment; their number and names don't change.
    ///   - indexing: of the process that indexes; nil elsewhere.
    public init(
        probes: [any HealthProbe], queue: any JobQueue, messages: any AutoMessageStore, runs: any PhaseRunStore,
        pools: @escaping @Sendable () -> [PoolUse], indexing: IndexingProgress?, clock: any WallClock,
        logger: Logger, factory: (any MetricsFactory)? = nil
    ) {
        engines = HealthService(probes: probes, logger: logger)
        self.queue = QueueFigures(queue: queue, messages: messages, clock: clock, factory: factory)
        figures = HealthService(
            probes: [self.queue, RunFigures(runs: runs, factory: factory)], logger: logger)
        names = Dictionary(
            probes.map { probe in
                let labels = [("engine", probe.name)]
                let gauges = EngineGauges(
                    up: Metric.engineUp.gauge(labels, factory),
                    seconds: Metric.engineProbeSeconds.gauge(labels, factory))
                return (probe.name, gauges)
            }, uniquingKeysWith: { first, _ in first })
        self.pools = pools
        self.indexing = indexing
        searchLag = Metric.searchLag.gauge([], factory)
        self.factory = factory
    }

    /// Returns once what is shown is no older than ``lifetime``; after the deadline of a probe at the latest.
    public func refresh() async {
        showPools()
        if let refreshing { return await refreshing.value }
        guard ContinuousClock.now >= validUntil else { return }
        let task = Task { await self.ask() }
        refreshing = task
        await task.value
        refreshing = nil
        validUntil = .now + Self.lifetime
    }

    private func ask() async {
        async let asked = engines.examine()
        async let counted = figures.examine()
        for (name, check) in await asked.report.checks {
            names[name]?.up.set(check.status == .down ? 0 : 1)
            names[name]?.seconds.set(check.latencyMs / 1000)
        }
        if await counted.failures[queue.name] != nil { queue.forget() }
    }

    private func showPools() {
        for pool in pools() {
            let labels = [("pool", pool.name)]
            let gauges =
                poolGauges[pool.name]
                ?? [Metric.poolSize, .poolInUse, .poolWaiting].map { $0.gauge(labels, factory) }
            poolGauges[pool.name] = gauges
            for (gauge, value) in zip(gauges, [pool.size, pool.inUse, pool.waiting]) { gauge.set(value) }
        }
        guard let indexing else { return }
        searchLag.set(indexing.standstill.map { max(0, indexing.now.timeIntervalSince($0.since)) } ?? 0)
    }
}
