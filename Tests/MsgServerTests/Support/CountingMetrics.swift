import Metrics
import MsgTestKit

/// Counters whose increments are noted, `name{label=value,…} 1`, and timers whose records are. Other metrics go nowhere.
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

    private final class TimingHandler: TimerHandler {
        let name: String
        let timings: Journal<String>

        init(_ name: String, _ timings: Journal<String>) {
            self.name = name
            self.timings = timings
        }

        func recordNanoseconds(_ duration: Int64) { timings.note(name) }
    }

    let increments = Journal<String>()
    /// The names of timers, once for each record.
    let timings = Journal<String>()

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Handler("\(label){\(dimensions.map { "\($0)=\($1)" }.joined(separator: ","))}", increments)
    }

    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler { NOOPMetricsHandler.instance }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        TimingHandler(label, timings)
    }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
