import ArgumentParser
import MsgKit

/// `dead-letters list`.
struct DeadLettersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the messages that were given up, the oldest first.",
        discussion: """
            Example:
              msgctl dispatch-worker dead-letters list --limit 20 --output json
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var paging: PagingOptions

    func run() async throws {
        let request = paging.request
        try await Composition.use(options) { composition in
            let page = try await composition.deadLetters.list(page: request)
            let reports = page.items.map { DeadLetterReport(letter: $0) }
            try options.output.print(
                Report(deadLetters: reports, total: page.total),
                text: (reports.map(\.line) + ["\(page.total) in all"]).joined(separator: "\n"))
        }
    }

    private struct Report: Encodable {
        var deadLetters: [DeadLetterReport]
        var total: Int
    }
}
