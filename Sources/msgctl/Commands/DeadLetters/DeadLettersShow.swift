import ArgumentParser
import MsgKit

/// `dead-letters show`.
struct DeadLettersShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one message that was given up, or what lay in the queue and is no job.",
        discussion: """
            Example:
              msgctl dispatch-worker dead-letters show 65f1c0ffee0123456789abcd
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The id that list shows.", transform: DeadLetterSelection.identifier)
    var id: AutoMessage.ID

    func run() async throws {
        try await Composition.use(options) { composition in
            let report = DeadLetterReport(letter: try await composition.deadLetters.show(id))
            try options.output.print(report, text: report.text)
        }
    }
}
