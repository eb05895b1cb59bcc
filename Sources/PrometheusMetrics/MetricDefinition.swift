/// What is told of a metric beside its values.
public struct MetricDefinition: Sendable {
    /// As in the exposition; a counter's ends in `_total`.
    public var name: String
    /// One sentence for `# HELP`.
    public var help: String
    /// Upper bounds of a histogram's buckets, in its unit, ascending; that of all is added. nil for
    /// ``PrometheusRegistry/defaultBuckets``.
    public var buckets: [Double]?

    public init(_ name: String, help: String, buckets: [Double]? = nil) {
        self.name = name
        self.help = help
        self.buckets = buckets
    }
}
