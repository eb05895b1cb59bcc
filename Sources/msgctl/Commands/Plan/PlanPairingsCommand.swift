import ArgumentParser
import MsgKit

/// `plan-pairings`: the first phase.
struct PlanPairingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan-pairings",
        abstract: "Pair users at random and plan a message for each pair of a day.",
        discussion: """
            A day of a pool is planned once: run again, it changes nothing and says so. While another process plans, it waits \
            for it.

            Example:
              msgctl plan-pairings
              msgctl plan-pairings --date 2026-01-31 --seed 42 --dry-run
              msgctl plan-pairings --all-pools --output json
              msgctl plan-pairings --list
              msgctl plan-pairings --show 2026-01-31
            """)

    @OptionGroup var options: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "The day to plan, YYYY-MM-DD, up to 366 days ahead (default: today in schedule.time_zone).",
            valueName: "date"),
        transform: Self.date)
    var date: PlanDate?

    @Option(help: ArgumentHelp("The pool of users (default: default; with --list: every one).", valueName: "name"))
    var pool: String?

    @Flag(help: "Plan every configured pool, one after the other.")
    var allPools = false

    @Option(
        help: ArgumentHelp("Plan from this number; the same users and number give the same plan.", valueName: "number"))
    var seed: UInt64?

    @Flag(help: "Show who would write to whom and why, and who is left out; change nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("For how long to wait for another process that plans, 0 to 3600.", valueName: "seconds"))
    var wait = 300

    @Flag(help: "List the stored plans, the newest first.")
    var list = false

    @Option(
        help: ArgumentHelp(
            "Show the stored plan of a day: its pairings, who is left out, how far it is.", valueName: "date"),
        transform: Self.date)
    var show: PlanDate?

    @OptionGroup var paging: PagingOptions

    func validate() throws {
        guard (0...3600).contains(wait) else { throw ValidationError("--wait takes a number from 0 to 3600.") }
        guard !allPools || pool == nil else { throw ValidationError("Give --pool or --all-pools, not both.") }
        guard list || !paging.isGiven else { throw ValidationError("--page and --limit go with --list.") }
        guard list || show != nil else { return }
        guard !list || show == nil else { throw ValidationError("Give --list or --show, not both.") }
        guard date == nil, seed == nil, !dryRun, !allPools else {
            throw ValidationError("--list and --show look at stored plans; --pool alone goes with them.")
        }
    }

    func run() async throws {
        let request = paging.request
        try await Composition.use(options) { composition in
            let printing = PlanPrinting(output: options.output)
            if list {
                try printing.print(try await composition.archive.list(pool: pool, page: request))
            } else if let show {
                let pool = pool ?? Plan.defaultPool
                guard let record = try await composition.archive.record(pool: pool, date: show) else {
                    throw MsgError(
                        .notFound, "There is no plan of \(show) in the pool \(pool); --list names those that there are."
                    )
                }
                try await printing.print(record)
            } else {
                try await plan(composition.planning, printing)
            }
        }
    }

    private func plan(_ planning: PlanPairings, _ printing: PlanPrinting) async throws {
        var results: [PlanResult] = []
        var failure: (any Error)?
        for name in allPools ? planning.pools : [pool ?? Plan.defaultPool] {
            do {
                results.append(try await plan(name, planning))
            } catch let error as MsgError where allPools {
                // One pool's window that is over keeps no other from being planned.
                let named = Self.named(error, name)
                if failure != nil { Console.complain(named.operatorMessage) }
                failure = failure ?? named
            }
        }
        if failure == nil || !results.isEmpty {
            try printing.print(results, isDryRun: dryRun, asList: allPools)
        }
        if let failure { throw failure }
    }

    private func plan(_ pool: String, _ planning: PlanPairings) async throws -> PlanResult {
        let progress = ProgressLine("records")
        defer { progress.finish() }
        return try await planning.run(
            pool: pool, date: date, seed: seed, dryRun: dryRun, waiting: .seconds(wait),
            onWait: { Console.note("Another process is planning; this one waits for it.") },
            progress: { done, total in progress.show(done, of: total) })
    }

    /// An error that says which pool it is about.
    private static func named(_ error: MsgError, _ pool: String) -> MsgError {
        var named = error
        named.message = "\(pool): \(error.message)"
        named.detail = error.detail.map { "\(pool): \($0)" }
        return named
    }

    private static func date(_ text: String) throws -> PlanDate {
        guard let date = PlanDate(text) else { throw ValidationError("'\(text)' is no date; write YYYY-MM-DD.") }
        return date
    }
}
