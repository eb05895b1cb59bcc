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
    }
}
