import Metrics

/// What is counted of queueing.
public struct QueueingMetrics: Sendable {
    private let queued: Counter
    private let requeued: Counter
    private let skipped: Counter

    /// - Parameter factory: nil for that of the process.
    public init(factory: (any MetricsFactory)? = nil) {
        queued = Metric.messagesQueued.counter([("kind", "queued")], factory)
        requeued = Metric.messagesQueued.counter([("kind", "requeued")], factory)
        skipped = Metric.messagesQueued.counter([("kind", "skipped")], factory)
    }

    func count(_ result: EnqueueResult) {
        queued.increment(by: result.queued)
        requeued.increment(by: result.requeued)
        skipped.increment(by: result.skipped)
    }
}
