import Metrics
import MsgTestKit

/// Counters whose increments are noted: `name{label=value,…} 1`. Other metrics go nowhere.
final class CountingMetrics: MetricsFactory {
    private final class Handler: CounterHandler {
        let name: String
        let increments: Journal<String>

        init(_ name: String, _ increments: Journal<String>) {
            self.name = name
            self.increments = increments
        }

        func increment(by amount: Int64) { increments.note("\(name) \(amount)") }
        func reset() {}
    }

    let increments = Journal<String>()

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Handler("\(label){\(dimensions.map { "\($0)=\($1)" }.joined(separator: ","))}", increments)
    }

    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler { NOOPMetricsHandler.instance }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { NOOPMetricsHandler.instance }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
