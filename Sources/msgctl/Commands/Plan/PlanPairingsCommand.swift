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

    @Flag(help: "Show who would write to whom; change nothing.")
    var dryRun = false

    func run() async throws {
        try await Composition.use(options) { composition in
            let progress = ProgressLine("users planned")
            let result = try await composition.planning.run(date: date, seed: seed, dryRun: dryRun) { done, total in
                progress.show(done, of: total)
            }
            progress.finish()
            try options.output.print(Report(result, dryRun: dryRun), text: text(result))
        }
    }

    private func text(_ result: PlanResult) -> String {
        let plan = result.plan
        let figures = plan.figures
        let counts =
            "\(figures.users) users, \(figures.pairings) pairings, \(figures.messages) messages, seed \(plan.seed)"
        switch result.status {
        case .alreadyPlanned: return "\(plan.date) is planned already: \(counts). Nothing changed."
        case .nothingToPlan:
            return
                "\(plan.date) is not planned: there are \(figures.users) active users who take part, and two are needed."
        case .planned where dryRun:
            let lines = result.pairings.map { $0.members.map(\.username).joined(separator: " → ") }
            let left = result.leftOut.map { "\($0.username): left out, the number of users is odd" }
            return (["\(plan.date) would be planned: \(counts)."] + lines + left).joined(separator: "\n")
        case .planned: return "\(plan.date) is planned: \(counts)."
        }
    }

    private static func date(_ text: String) throws -> PlanDate {
        guard let date = PlanDate(text) else { throw ValidationError("'\(text)' is no date; write YYYY-MM-DD.") }
        return date
    }

    private struct Report: Encodable {
        struct Member: Encodable {
            var id: User.ID
            var username: String
        }

        var status: PlanResult.Status
        var date: PlanDate
        var pool: String
        var seed: UInt64
        var users: Int
        var pairings: Int
        var messages: Int
        var leftOut: Int
        var dryRun: Bool
        /// Of a dry run: the members of each pairing, who writes before who reads.
        var pairs: [[Member]]?

        init(_ result: PlanResult, dryRun: Bool) {
            status = result.status
            date = result.plan.date
            pool = result.plan.pool
            seed = result.plan.seed
            users = result.plan.figures.users
            pairings = result.plan.figures.pairings
            messages = result.plan.figures.messages
            leftOut = result.plan.figures.leftOut
            self.dryRun = dryRun
            guard dryRun, result.status == .planned else { return }
            pairs = result.pairings.map { $0.members.map { Member(id: $0.id, username: $0.username) } }
        }
    }
}
