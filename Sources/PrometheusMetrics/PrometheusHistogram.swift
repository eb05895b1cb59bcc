import CoreMetrics
import Synchronization

/// How often values were at most as large as each of some bounds, and their sum. Timers record seconds.
final class PrometheusHistogram: TimerHandler, RecorderHandler, MetricSeries {
    /// The values above the bound before and not above this one's.
    private final class Bucket: Sendable {
        let count = Atomic<Int>(0)
    }

    let name: String
    let labels: SeriesLabels
    private let bounds: [Double]
    /// One more than there are bounds.
    private let buckets: [Bucket]
    private let sum = AtomicDouble()

    /// Lines that it has in the exposition.
    var lineCount: Int { bounds.count + 3 }

    /// - Parameter bounds: ascending.
    init(name: String, labels: SeriesLabels, bounds: [Double]) {
        self.name = name
        self.labels = labels
        self.bounds = bounds
        buckets = (0...bounds.count).map { _ in Bucket() }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        buckets[place(of: value)].count.wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    /// The first bucket whose bound is not below the value.
    private func place(of value: Double) -> Int {
        var (low, high) = (0, bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func write(to writer: inout ExpositionWriter) {
        var total = 0
        for (index, bucket) in buckets.enumerated() {
            total += bucket.count.load(ordering: .relaxed)
            let bound = index < bounds.count ? bounds[index] : .infinity
            writer.bucket(name, labels, upTo: bound, total)
        }
        // What is recorded meanwhile must not make the count differ from the last bucket.
        writer.sample(name + "_sum", labels, sum.value)
        writer.sample(name + "_count", labels, Double(total))
    }
}
