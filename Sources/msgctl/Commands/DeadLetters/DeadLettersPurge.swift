import ArgumentParser
import MsgKit

/// `dead-letters purge`.
struct DeadLettersPurge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Forget messages that were given up, and what is no job.",
        discussion: """
            Example:
              msgctl dispatch-worker dead-letters purge 65f1c0ffee0123456789abcd
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: DeadLetterSelection

    func run() async throws {
        try await Composition.use(options) { composition in
            let count = try await composition.deadLetters.purge(selection.selected)
            try options.output.print(["purged": count], text: "purged: \(count)")
        }
    }
}
