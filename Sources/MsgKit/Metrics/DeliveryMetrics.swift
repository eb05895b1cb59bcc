import Metrics

/// What a worker counts and times.
public struct DeliveryMetrics: Sendable {
    private let outcomes: [DeliveryOutcome: Counter]
    private let unsettled: Counter
    private let stored: Counter
    private let seconds: Timer
    private let delay: Timer

    /// - Parameter factory: nil for that of the process.
    public init(factory: (any MetricsFactory)? = nil) {
        outcomes = Dictionary(
            uniqueKeysWithValues: DeliveryOutcome.allCases.map {
                ($0, Metric.deliveries.counter([("outcome", $0.label)], factory))
            })
        unsettled = Metric.deliveries.counter([("outcome", "unsettled")], factory)
        stored = Metric.messagesStored.counter([("type", MessageType.auto.rawValue)], factory)
        seconds = Metric.deliverySeconds.timer([], factory)
        delay = Metric.deliveryDelay.timer([], factory)
    }

    func count(_ outcome: DeliveryOutcome, since start: ContinuousClock.Instant) {
        outcomes[outcome]?.increment()
        seconds.record(since: start)
    }

    /// A try that the queue could not be told the end of: it delivers the job again.
    func countUnsettled(since start: ContinuousClock.Instant) {
        unsettled.increment()
        seconds.record(since: start)
    }

    /// A message is stored, whatever becomes of this try.
    func countStored() { stored.increment() }

    /// A message is stored and told of, and marked as sent by this try.
    /// - Parameter lateness: seconds since it was due.
    func delivered(lateness: Double) {
        // Clocks of several machines differ a little.
        delay.recordSeconds(max(0, lateness))
    }
}

extension DeliveryOutcome {
    fileprivate var label: String {
        switch self {
        case .delivered: "delivered"
        case .duplicate: "duplicate"
        case .retried: "retried"
        case .deadLettered: "dead_lettered"
        }
    }
}
