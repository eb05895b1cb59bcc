/// The values of one metric with one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    /// The family's name.
    var name: String { get }
    var labels: SeriesLabels { get }
    func write(to writer: inout ExpositionWriter)
}
