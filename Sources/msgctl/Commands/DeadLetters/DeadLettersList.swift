import ArgumentParser
import MsgKit

/// `dead-letters list`.
struct DeadLettersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the messages that were given up, the oldest first.",
        discussion: """
            All of them, or those that meet every condition. A named id that no dead letter has is an error (exit \
            status 1), after those that are there were listed.

            Example:
              msgctl dispatch-worker dead-letters list --limit 20 --output json
              msgctl dispatch-worker dead-letters list --since 2026-01-31T09:00:00Z --reason "away"
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: DeadLetterSelection
    @OptionGroup var paging: PagingOptions

    func run() async throws {
        let filter = selection.filter
        try await Composition.use(options) { composition in
            let service = composition.deadLetters
            let page = try await service.list(matching: filter, page: paging.request)
            let reports = page.items.map { DeadLetterReport(letter: $0) }
            try options.output.print(
                Report(deadLetters: reports, total: page.total),
                text: (reports.map(\.line) + ["\(page.total) in all"]).joined(separator: "\n"))
            let absent = try await service.absent(from: filter)
            absent.note()
            try AbsentDeadLetters.complain(absent.missing)
        }
    }

    private struct Report: Encodable {
        var deadLetters: [DeadLetterReport]
        var total: Int
    }
}
