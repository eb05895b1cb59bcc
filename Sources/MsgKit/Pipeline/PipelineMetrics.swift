import Metrics

/// What is counted and timed of scheduled phases, by `phase` and `pool` (empty for a phase of all): runs by `outcome`, which is
/// `done`, `failed` for each failed try, `skipped` for each that nobody has done within the grace.
public struct PipelineMetrics: Sendable {
    private let factory: (any MetricsFactory)?

    /// - Parameter factory: nil for that of the process.
    public init(factory: (any MetricsFactory)? = nil) { self.factory = factory }

    func countRuns(of job: ScheduledJob, _ outcome: PhaseRun.Outcome, by count: Int = 1) {
        Metric.scheduleRuns.counter(dimensions(job) + [("outcome", outcome.rawValue)], factory).increment(by: count)
    }

    /// Shows what there is to count before anything happens, so that the first failure is an increase.
    func prepare(for job: ScheduledJob) {
        for outcome in [PhaseRun.Outcome.done, .failed, .skipped] {
            _ = Metric.scheduleRuns.counter(dimensions(job) + [("outcome", outcome.rawValue)], factory)
        }
        _ = Metric.scheduleRunSeconds.timer(dimensions(job), factory)
    }

    func timeRun(of job: ScheduledJob, _ duration: Duration) {
        Metric.scheduleRunSeconds.timer(dimensions(job), factory).recordSeconds(duration.seconds)
    }

    private func dimensions(_ job: ScheduledJob) -> [(String, String)] {
        [("phase", job.phase), ("pool", job.pool ?? "")]
    }
}
