import CoreMetrics
import Synchronization

/// Keeps counters, gauges and histograms for Prometheus to read: a back end of swift-metrics that stands alone.
///
/// A handle adds to its series with atomics; the lock is taken when one is made and when the text is written. Making the same
/// one again gives the same series. There are at most as many lines as ``maximumLines``: what would be over that, or has the
/// name of another kind, goes nowhere and is counted in ``refusedName``.
public final class PrometheusRegistry: Sendable {
    /// For times of requests, in seconds.
    public static let defaultBuckets: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    private struct Family {
        let kind: MetricKind
        var series: [SeriesLabels: any MetricSeries] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var lines = 0
    }

    /// Lines of values that there may be.
    public let maximumLines: Int
    /// The counter of series that were refused.
    public let refusedName: String
    private let definitions: [String: MetricDefinition]
    private let refused: PrometheusCounter
    private let state: Mutex<State>

    /// - Parameter definitions: of metrics that are known beforehand; others have no help and the default buckets.
    public init(
        _ definitions: [MetricDefinition] = [], maximumLines: Int = 20_000,
        refusedName: String = "metrics_series_refused_total"
    ) {
        let name = MetricNaming.metric(refusedName, .counter)
        let refused = PrometheusCounter(name: name, labels: SeriesLabels([]))
        self.definitions = Dictionary(definitions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.maximumLines = maximumLines
        self.refusedName = name
        self.refused = refused
        state = Mutex(State(families: [name: Family(kind: .counter, series: [refused.labels: refused])], lines: 1))
    }

    /// All values, the families and their series in the order of their names.
    public func exposition(_ format: ExpositionFormat = .text) -> String {
        let families = state.withLock { $0.families }
        var writer = ExpositionWriter(format: format)
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            writer.family(name, family.kind, help: definitions[name]?.help)
            for (_, series) in family.series.sorted(by: { $0.key.text < $1.key.text }) { series.write(to: &writer) }
        }
        writer.end()
        return writer.text
    }

    /// The series of this name and labels, made when there is none; nil when it is refused.
    private func series<Series: MetricSeries>(
        _ label: String, _ kind: MetricKind, _ dimensions: [(String, String)], lines: Int = 1,
        make: (String, SeriesLabels) -> Series
    ) -> Series? {
        let name = MetricNaming.metric(label, kind)
        let labels = SeriesLabels(dimensions)
        let found: Series? = state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind)
            guard family.kind == kind else { return nil }
            if let known = family.series[labels] { return known as? Series }
            guard state.lines + lines <= maximumLines else { return nil }
            let made = make(name, labels)
            family.series[labels] = made
            state.families[name] = family
            state.lines += lines
            return made
        }
        if found == nil { refused.increment(by: 1 as Int64) }
        return found
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> PrometheusHistogram? {
        let name = MetricNaming.metric(label, .histogram)
        let bounds = (definitions[name]?.buckets ?? Self.defaultBuckets).filter(\.isFinite).sorted()
        // The bucket of all, the sum and the count.
        return series(label, .histogram, dimensions, lines: bounds.count + 3) {
            PrometheusHistogram(name: $0, labels: $1, bounds: bounds)
        }
    }

    private func remove(_ handler: AnyObject) {
        guard let series = handler as? any MetricSeries else { return }
        state.withLock { state in
            guard let known = state.families[series.name]?.series[series.labels], known === series else { return }
            state.families[series.name]?.series[series.labels] = nil
            state.lines -= (series as? PrometheusHistogram)?.lineCount ?? 1
        }
    }
}

extension PrometheusRegistry: MetricsFactory {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, .counter, dimensions) { PrometheusCounter(name: $0, labels: $1) } ?? NOOPMetricsHandler.instance
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, .counter, dimensions) { PrometheusCounter(name: $0, labels: $1) } ?? NOOPMetricsHandler.instance
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, .gauge, dimensions) { PrometheusGauge(name: $0, labels: $1) } ?? NOOPMetricsHandler.instance
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { return histogram(label, dimensions) ?? NOOPMetricsHandler.instance }
        return series(label, .gauge, dimensions) { PrometheusGauge(name: $0, labels: $1) }
            ?? NOOPMetricsHandler.instance
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
