import ArgumentParser
import MsgKit

/// `dead-letters replay`.
struct DeadLettersReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Put messages that were given up back into the queue.",
        discussion: """
            Safe to repeat: a message is delivered once, however often it is replayed.

            Example:
              msgctl dispatch-worker dead-letters replay --all
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: DeadLetterSelection

    func run() async throws {
        try await Composition.use(options) { composition in
            let count = try await composition.deadLetters.replay(selection.selected)
            try options.output.print(["replayed": count], text: "replayed: \(count)")
        }
    }
}
