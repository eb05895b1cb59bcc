import Metrics

/// What is counted of commands to other processes.
public struct BusMetrics: Sendable {
    let waiting: Meter
    let dropped: Counter

    /// - Parameter factory: nil for that of the process.
    public init(factory: (any MetricsFactory)? = nil) {
        waiting = Metric.busWaiting.gauge([], factory)
        dropped = Metric.busDropped.counter([], factory)
    }
}
