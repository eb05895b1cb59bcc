import Foundation
import MsgKit

/// What `schedule` prints for people.
struct ScheduleText {
    private let schedule: Configuration.Schedule
    private let pools: [String: Configuration.Schedule]

    init(_ configuration: Configuration) {
        schedule = configuration.schedule
        pools = configuration.pools
    }

    func lines(_ report: ScheduleReport) -> [String] {
        report.jobs.flatMap { lines(of: $0) }
            + (report.enabled ? [] : ["schedule.enabled is false: serve runs none of them."])
    }

    private func lines(of job: ScheduleReport.Job) -> [String] {
        let zone = (job.pool.flatMap { pools[$0] } ?? schedule).zone
        let name = [job.phase, job.pool].compactMap(\.self).joined(separator: " ")
        var lines = ["\(name): \(job.schedule) (\(job.timeZone))"]
        if let last = job.lastRun {
            let note = last.note.map { ", \($0.printable)" } ?? ""
            lines.append("  last: \(Self.text(last.occurrence, in: zone)) \(last.outcome.rawValue)\(note)")
        }
        return lines + Self.lines(job.next, in: zone)
    }

    /// In the zone's time, with its offset: `  2026-03-29T03:00:00+02:00`.
    static func lines(_ instants: [Date], in zone: TimeZone) -> [String] {
        instants.isEmpty ? ["  never"] : instants.map { "  \(text($0, in: zone))" }
    }

    private static func text(_ instant: Date, in zone: TimeZone) -> String {
        instant.formatted(Date.ISO8601FormatStyle(timeZoneSeparator: .colon, timeZone: zone))
    }
}
