import ArgumentParser
import Foundation
import MsgKit

/// `schedule`: when the phases run and what became of their last runs, or what an expression means. It changes nothing.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Show when the phases run next and how they last did, or when a cron expression would.",
        discussion: """
            Without --cron these are the phases that serve runs, as they are configured, with what became of the last run
            of each. Of phases that run every so often no runs are kept. A schedule is five fields
            (minute hour day month weekday), @hourly, @daily, @weekly, @monthly, @yearly, or @every and a duration.

            Example:
              msgctl schedule
              msgctl schedule --cron "30 2 * * MON-FRI" --time-zone Europe/Berlin --from 2026-03-27T12:00:00Z --next 5
            """)

    @OptionGroup var options: GlobalOptions

    @Option(
        help: ArgumentHelp("Show this schedule instead of those of the phases; may be repeated.", valueName: "schedule")
    )
    var cron: [String] = []

    @Option(
        help: ArgumentHelp("The zone that --cron is read in (default: schedule.time_zone).", valueName: "zone"))
    var timeZone: String?

    @Option(
        help: ArgumentHelp("Show what comes after this instant, ISO 8601 (default: now).", valueName: "instant"),
        transform: Date.argument)
    var from: Date?

    @Option(help: ArgumentHelp("How many runs to show, 1 to 1000.", valueName: "count"))
    var next = 3

    func validate() throws {
        guard (1...1000).contains(next) else { throw ValidationError("--next is a number from 1 to 1000.") }
        guard timeZone == nil || !cron.isEmpty else {
            throw ValidationError("--time-zone goes with --cron; the phases go by schedule.time_zone.")
        }
    }

    func run() async throws {
        var flags: [String: String] = [:]
        flags["schedule.time_zone"] = timeZone
        let configuration = try options.configuration(flags)
        let start = from ?? SystemClock().now
        if cron.isEmpty {
            try await list(configuration, from: start)
        } else {
            try explain(configuration.schedule, from: start)
        }
    }

    private func list(_ configuration: Configuration, from start: Date) async throws {
        let logger = Composition.bootstrapLogging(
            configuration.log, file: LogFile.configured(configuration.log), tellsOutages: false)
        let runs = try await Interruption.honoured {
            try await Engines.lastRuns(configuration, logger: logger)
        }
        let last = Dictionary(runs.map { ($0.phase, $0) }) { first, _ in first }
        let report = ScheduleReport(configuration, last: last, next: next, after: start)
        try options.output.print(report, text: ScheduleText(configuration).lines(report).joined(separator: "\n"))
    }

    private func explain(_ schedule: Configuration.Schedule, from start: Date) throws {
        let schedules = try cron.map { text in
            do throws(CronProblem) {
                return Explanation.Schedule(
                    cron: text, timeZone: schedule.timeZone,
                    next: try Timetable(text, in: schedule.zone).instants(next, after: start))
            } catch {
                throw ValidationError("--cron: \(error)")
            }
        }
        let lines = schedules.map { explained in
            (["\(explained.cron) (\(explained.timeZone))"] + ScheduleText.lines(explained.next, in: schedule.zone))
                .joined(separator: "\n")
        }
        try options.output.print(Explanation(schedules: schedules), text: lines.joined(separator: "\n"))
    }

    private struct Explanation: Encodable {
        struct Schedule: Encodable {
            var cron: String
            var timeZone: String
            var next: [Date]
        }

        var schedules: [Schedule]
    }
}
