import Foundation

/// What the pipeline's phases are told by the configuration.
public struct PipelineSettings: Sendable {
    public var window: SendWindow
    /// When the plan of a day is made, on that day.
    public var planning: Timetable
    /// When due messages are queued.
    public var queueing: Timetable
    /// A message queued this long without being sent is queued again.
    public var requeueAfter: Duration
    public var oddUser: Configuration.Schedule.OddUser
    /// What messages are drawn from; never empty.
    public var templates: [MessageTemplate]
    public var concurrency: Int
    public var prefetch: Int
    /// The pauses before the first, second, … retry; after the last the job is given up.
    public var retryDelays: [Duration]
    /// By which part of its step such a pause may be shorter, 0…1.
    public var retryJitter: Double
    /// After how long without a delivery done, while there are some to do, a worker counts as stalled.
    public var stallAfter: Duration
    /// What happens to messages that come long after they were due.
    public var late: LatePolicy

    public init(_ configuration: Configuration) {
        let schedule = configuration.schedule
        window = SendWindow(
            start: schedule.windowStart.secondsSinceMidnight, end: schedule.windowEnd.secondsSinceMidnight,
            timeZone: schedule.zone)
        planning = schedule.planning
        queueing = schedule.queueing
        requeueAfter = schedule.requeueAfter
        oddUser = schedule.oddUser
        templates = schedule.templates.isEmpty ? ShippedTemplates.all(in: schedule.language) : schedule.templates
        concurrency = configuration.worker.concurrency
        prefetch = configuration.worker.prefetch
        retryDelays = configuration.worker.retryDelays
        retryJitter = Double(configuration.worker.retryJitter) / 100
        stallAfter = configuration.worker.stallAfter
        late = LatePolicy(action: schedule.late, after: schedule.lateAfter)
    }

    public var retries: RetryLadder { RetryLadder(delays: retryDelays, jitter: retryJitter) }
}
