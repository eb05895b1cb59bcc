import CoreMetrics

/// A number that goes up and down; NaN says that it is not known.
final class PrometheusGauge: MeterHandler, RecorderHandler, MetricSeries {
    let name: String
    let labels: SeriesLabels
    private let number = AtomicDouble()

    init(name: String, labels: SeriesLabels) {
        self.name = name
        self.labels = labels
    }

    func set(_ value: Int64) { number.set(Double(value)) }
    func set(_ value: Double) { number.set(value) }
    func increment(by amount: Double) { number.add(amount) }
    func decrement(by amount: Double) { number.add(-amount) }
    func record(_ value: Int64) { number.set(Double(value)) }
    func record(_ value: Double) { number.set(value) }

    func write(to writer: inout ExpositionWriter) {
        writer.sample(name, labels, number.value)
    }
}
