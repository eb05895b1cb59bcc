import Metrics

/// What is counted of commands to other processes.
struct BusMetrics: Sendable {
    let waiting: Meter
    let dropped: Counter

    init(factory: (any MetricsFactory)? = nil) {
        waiting = Metric.busWaiting.gauge([], factory)
        dropped = Metric.busDropped.counter([], factory)
    }
}
