import Foundation
import MsgKit

/// The phases with their schedules, as `schedule` prints them.
struct ScheduleReport: Encodable {
    struct Job: Encodable {
        var phase: String
        @Nullable var pool: String?
        var schedule: String
        var timeZone: String
        @Nullable var lastRun: LastRun?
        var next: [Date]
    }

    struct LastRun: Encodable {
        var occurrence: Date
        var outcome: PhaseRun.Outcome
        var startedAt: Date
        @Nullable var finishedAt: Date?
        var node: String
        @Nullable var note: String?
    }

    var enabled: Bool
    var jobs: [Job]

    /// - Parameters:
    ///   - last: the last runs by ``MsgKit/ScheduledJob/name``.
    ///   - next: how many runs to name that are to come after an instant.
    init(_ configuration: Configuration, last: [String: PhaseRun], next: Int, after start: Date) {
        func job(_ phase: String, _ pool: String?, _ timetable: Timetable, _ timeZone: String) -> Job {
            Job(
                phase: phase, pool: pool, schedule: timetable.description, timeZone: timeZone,
                lastRun: last[ScheduledJob.name(phase, pool)].map { LastRun($0) },
                next: timetable.instants(next, after: start))
        }
        let schedule = configuration.schedule
        let pools = [(Plan.defaultPool, schedule)] + configuration.pools.sorted { $0.key < $1.key }
        enabled = schedule.enabled
        jobs =
            pools.map { job(ScheduledJob.planningPhase, $0, $1.planning, $1.timeZone) }
            + [job(ScheduledJob.queueingPhase, nil, schedule.queueing, schedule.timeZone)]
    }
}

extension ScheduleReport.LastRun {
    init(_ run: PhaseRun) {
        self.init(
            occurrence: run.occurrence, outcome: run.outcome, startedAt: run.startedAt, finishedAt: run.finishedAt,
            node: run.node.rawValue, note: run.note)
    }
}
