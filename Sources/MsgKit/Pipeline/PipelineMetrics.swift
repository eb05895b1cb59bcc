import Metrics

/// What the pipeline counts and times, by the names that metrics have outside.
public struct PipelineMetrics: Sendable {
    /// Runs of scheduled phases by `phase`, `pool` (empty for a phase of all) and `outcome`: `done`, `failed` for each
    /// failed try, `skipped` for each that nobody has done within the grace.
    public static let scheduleRuns = "msgctl_schedule_runs_total"
    /// How long the runs took that were done, by `phase` and `pool`.
    public static let scheduleSeconds = "msgctl_schedule_run_seconds"

    private let factory: (any MetricsFactory)?

    /// - Parameter factory: nil for that of the process.
    public init(factory: (any MetricsFactory)? = nil) { self.factory = factory }

    func countRuns(of job: ScheduledJob, _ outcome: PhaseRun.Outcome, by count: Int = 1) {
        Counter(
            label: Self.scheduleRuns, dimensions: dimensions(job) + [("outcome", outcome.rawValue)],
            factory: factory ?? MetricsSystem.factory
        ).increment(by: count)
    }

    func timeRun(of job: ScheduledJob, _ duration: Duration) {
        Timer(label: Self.scheduleSeconds, dimensions: dimensions(job), factory: factory ?? MetricsSystem.factory)
            .recordSeconds(duration.seconds)
    }

    private func dimensions(_ job: ScheduledJob) -> [(String, String)] {
        [("phase", job.phase), ("pool", job.pool ?? "")]
    }
}
