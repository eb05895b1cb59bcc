import Foundation
import Metrics
import Synchronization

/// Asks when the phases last ran and were last done, in whichever process, and shows it; as a probe, as ``QueueFigures`` is.
final class RunFigures: HealthProbe {
    let name = "run_figures"
    let isRequired = false
    private let runs: any PhaseRunStore
    private let factory: (any MetricsFactory)?
    private let shown = Mutex<[String: (outcome: PhaseRun.Outcome, gauge: Meter)]>([:])

    init(runs: any PhaseRunStore, factory: (any MetricsFactory)?) {
        self.runs = runs
        self.factory = factory
    }

    func probe() async throws {
        let found = try await runs.runs()
        let done = try await runs.lastDone()
        shown.withLock { shown in
            for run in found {
                if let (outcome, gauge) = shown[run.phase], outcome != run.outcome {
                    // One value for each phase.
                    gauge.destroy()
                    shown[run.phase] = nil
                }
                let labels = [("phase", run.phase), ("outcome", run.outcome.rawValue)]
                let gauge = shown[run.phase]?.gauge ?? Metric.scheduleLastRun.gauge(labels, factory)
                shown[run.phase] = (run.outcome, gauge)
                gauge.set(run.occurrence.timeIntervalSince1970)
            }
        }
        // Never taken away: while a phase fails or hangs it is how long ago it was done that somebody has to be told.
        for (phase, date) in done {
            Metric.scheduleLastDone.gauge([("phase", phase)], factory).set(date.timeIntervalSince1970)
        }
    }
}
