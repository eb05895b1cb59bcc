import CoreMetrics
import PrometheusMetrics
import Testing

@Suite struct ExpositionTests {
    private let registry = PrometheusRegistry([
        MetricDefinition("requests_total", help: "Requests \\ \"answered\"\nin all."),
        MetricDefinition("wait_seconds", help: "Waiting.", buckets: [0.1, 1]),
    ])

    private var lines: [Substring] { registry.exposition().split(separator: "\n") }

    @Test func countersAddUp() {
        let counter = Counter(label: "requests_total", dimensions: [("method", "GET")], factory: registry)
        counter.increment(by: 2)
        Counter(label: "requests_total", dimensions: [("method", "GET")], factory: registry).increment()
        #expect(lines.contains("# TYPE requests_total counter"))
        #expect(lines.contains(#"# HELP requests_total Requests \\ "answered"\nin all."#))
        #expect(lines.contains(#"requests_total{method="GET"} 3"#))
    }

    @Test func countersNeverFall() {
        let counter = Counter(label: "requests_total", factory: registry)
        counter.increment(by: 5)
        counter.increment(by: -3)
        let fractions = FloatingPointCounter(label: "requests_total", factory: registry)
        fractions.increment(by: 0.5)
        fractions.increment(by: -1)
        fractions.increment(by: Double.nan)
        fractions.increment(by: Double.infinity)
        #expect(lines.contains("requests_total 5.5"))
    }

    @Test func gaugesGoUpAndDown() {
        let gauge = Meter(label: "depth", factory: registry)
        gauge.set(7)
        gauge.decrement(by: 9.5)
        #expect(lines.contains("# TYPE depth gauge"))
        #expect(lines.contains("depth -2.5"))
        gauge.set(Double.nan)
        #expect(lines.contains("depth NaN"))
        gauge.set(-Double.infinity)
        #expect(lines.contains("depth -Inf"))
    }

    @Test func histogramsCountWhatIsAtMostTheBound() {
        let timer = Timer(label: "wait_seconds", dimensions: [("kind", "a")], factory: registry)
        for milliseconds in [99, 100, 101, 1_000, 5_000] { timer.recordMilliseconds(milliseconds) }
        #expect(lines.contains(#"wait_seconds_bucket{kind="a",le="0.1"} 2"#))
        #expect(lines.contains(#"wait_seconds_bucket{kind="a",le="1.0"} 4"#))
        #expect(lines.contains(#"wait_seconds_bucket{kind="a",le="+Inf"} 5"#))
        #expect(lines.contains(#"wait_seconds_count{kind="a"} 5"#))
        #expect(lines.contains(#"wait_seconds_sum{kind="a"} 6.3"#))
    }

    @Test func recordersThatAggregateAreHistograms() {
        Recorder(label: "sizes", factory: registry).record(3)
        #expect(lines.contains("# TYPE sizes histogram"))
        #expect(lines.contains(#"sizes_bucket{le="2.5"} 0"#))
        #expect(lines.contains(#"sizes_bucket{le="5.0"} 1"#))
    }

    @Test func labelsCannotEndTheirLine() {
        Counter(label: "odd_total", dimensions: [("text", "a\"b\\c\nd{} 1\r")], factory: registry).increment()
        #expect(registry.exposition().contains(#"odd_total{text="a\"b\\c\nd{} 1"# + "\r\"} 1\n"))
    }

    @Test func namesAreMadeAllowed() {
        let labels = [("9le", "a"), ("le", "b"), ("__name__", "c"), ("ü", "d")]
        Counter(label: "http.requests-é", dimensions: labels, factory: registry).increment()
        let wanted = #"http_requests___total{_="d",_9le="a",exported___name__="c",exported_le="b"} 1"#
        #expect(lines.contains { $0 == wanted }, "\(lines)")
    }

    @Test func orderOfLabelsDoesNotMatter() {
        Counter(label: "x_total", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
        Counter(label: "x_total", dimensions: [("b", "2"), ("a", "1"), ("a", "3")], factory: registry).increment()
        #expect(lines.contains(#"x_total{a="1",b="2"} 2"#))
    }

    @Test func openMetricsEndsAndNamesFamiliesWithoutTotal() {
        Counter(label: "requests_total", factory: registry).increment()
        let text = registry.exposition(ExpositionFormat(accept: "application/openmetrics-text;version=1.0.0,*/*;q=0.1"))
        #expect(text.contains("# TYPE requests counter\nrequests_total 1\n"))
        #expect(text.contains(#"# HELP requests Requests \\ \"answered\"\nin all."#))
        #expect(text.hasSuffix("# EOF\n"))
        #expect(!registry.exposition(ExpositionFormat(accept: nil)).contains("EOF"))
    }
}
