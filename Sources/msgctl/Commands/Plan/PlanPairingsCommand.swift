import ArgumentParser
import MsgKit

/// `plan-pairings`: the first phase.
struct PlanPairingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan-pairings",
        abstract: "Pair users at random and plan a message for each pair of a day.",
        discussion: """
            A day is planned once: run again, it changes nothing and says so.

            Example:
              msgctl plan-pairings
              msgctl plan-pairings --date 2026-01-31 --seed 42 --dry-run
            """)

    @OptionGroup var options: GlobalOptions

    @Option(
        help: ArgumentHelp("The day to plan, YYYY-MM-DD (default: today in schedule.time_zone).", valueName: "date"),
        transform: Self.date)
    var date: PlanDate?

    @Option(
        help: ArgumentHelp("Plan from this number; the same users and number give the same plan.", valueName: "number"))
    var seed: UInt64?

    @Flag(help: "Show who would write to whom and why, and who is left out; change nothing.")
    var dryRun = false

    func run() async throws {
        try await Composition.use(options) { composition in
            let progress = ProgressLine("users planned")
            let result = try await composition.planning.run(date: date, seed: seed, dryRun: dryRun) { done, total in
                progress.show(done, of: total)
            }
            progress.finish()
            try options.output.print(
                PlanReport(result, isDryRun: dryRun), text: PlanText(result, isDryRun: dryRun).description)
        }
    }

    private static func date(_ text: String) throws -> PlanDate {
        guard let date = PlanDate(text) else { throw ValidationError("'\(text)' is no date; write YYYY-MM-DD.") }
        return date
    }
}
