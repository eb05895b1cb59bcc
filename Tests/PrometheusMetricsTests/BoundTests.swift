import CoreMetrics
import PrometheusMetrics
import Testing

@Suite struct BoundTests {
    @Test func seriesOverTheBoundAreRefusedAndCounted() {
        let registry = PrometheusRegistry(maximumLines: 4)
        for number in 0..<10 {
            Counter(label: "c_total", dimensions: [("n", "\(number)")], factory: registry).increment()
        }
        let text = registry.exposition()
        #expect(text.contains("c_total{n=\"2\"} 1\n"))
        #expect(!text.contains("c_total{n=\"3\"}"))
        #expect(text.contains("metrics_series_refused_total 7\n"))
    }

    @Test func aHistogramTakesAllItsLinesOrNone() {
        let registry = PrometheusRegistry([MetricDefinition("t", help: "", buckets: [1, 2])], maximumLines: 5)
        Timer(label: "t", factory: registry).recordSeconds(1)
        #expect(registry.exposition().contains("metrics_series_refused_total 1\n"))
        let larger = PrometheusRegistry([MetricDefinition("t", help: "", buckets: [1, 2])], maximumLines: 6)
        Timer(label: "t", factory: larger).recordSeconds(1)
        #expect(larger.exposition().contains("t_count 1\n"))
    }

    @Test func whatIsDestroyedMakesRoom() {
        let registry = PrometheusRegistry(maximumLines: 2)
        for number in 0..<10 {
            let counter = Counter(label: "c_total", dimensions: [("n", "\(number)")], factory: registry)
            counter.increment()
            #expect(registry.exposition().contains("c_total{n=\"\(number)\"} 1\n"))
            counter.destroy()
        }
        #expect(registry.exposition().contains("metrics_series_refused_total 0\n"))
        #expect(!registry.exposition().contains("c_total"))
    }

    @Test func oneNameHasOneKind() {
        let registry = PrometheusRegistry()
        Meter(label: "x", factory: registry).set(1)
        Timer(label: "x", factory: registry).recordSeconds(1)
        #expect(registry.exposition().contains("x 1\n"))
        #expect(!registry.exposition().contains("x_count"))
        #expect(registry.exposition().contains("metrics_series_refused_total 1\n"))
    }

    @Test func longValuesAreCut() {
        let registry = PrometheusRegistry()
        let value = String(repeating: "x", count: 10_000)
        Counter(label: "c_total", dimensions: [("n", value)], factory: registry).increment()
        #expect(registry.exposition().utf8.count < 1_000)
    }

    @Test func manyThreadsAddUp() async {
        let registry = PrometheusRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for number in 0..<10_000 {
                        Counter(label: "c_total", factory: registry).increment()
                        Timer(label: "t_seconds", factory: registry).recordSeconds(number % 2)
                        if number.isMultiple(of: 1_000) { _ = registry.exposition() }
                    }
                }
            }
        }
        let text = registry.exposition()
        #expect(text.contains("c_total 80000\n"))
        #expect(text.contains("t_seconds_count 80000\n"))
        #expect(text.contains("t_seconds_sum 40000\n"))
    }
}
