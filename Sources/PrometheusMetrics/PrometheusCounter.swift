import CoreMetrics
import Synchronization

/// A number that only grows. What would not add to it (a negative, infinite or undefined amount) is ignored.
final class PrometheusCounter: CounterHandler, FloatingPointCounterHandler, MetricSeries {
    let name: String
    let labels: SeriesLabels
    private let whole = Atomic<Int64>(0)
    private let fractions = AtomicDouble()

    init(name: String, labels: SeriesLabels) {
        self.name = name
        self.labels = labels
    }

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(amount, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fractions.add(amount)
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fractions.set(0)
    }

    func write(to writer: inout ExpositionWriter) {
        writer.sample(name, labels, Double(whole.load(ordering: .relaxed)) + fractions.value)
    }
}
