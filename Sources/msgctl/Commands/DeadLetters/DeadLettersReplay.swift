import ArgumentParser
import MsgKit

/// `dead-letters replay`.
struct DeadLettersReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Put messages that were given up back into the queue.",
        discussion: """
            Safe to repeat: a message is delivered once, however often it is replayed. An id that nothing has is an error
            (exit status 1), and so is one of what is no job: purge forgets it. With --all that stays where it is.

            Example:
              msgctl dispatch-worker dead-letters replay --all
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var selection: DeadLetterSelection

    func run() async throws {
        try await Composition.use(options) { composition in
            let result = try await composition.deadLetters.replay(selection.selected)
            try options.output.print(["replayed": result.replayed], text: "replayed: \(result.replayed)")
            for id in result.settled { Console.note("Message \(id) is no dead letter (any more); nothing was done.") }
            let refused = result.unreadable.map { letter in
                "\(letter.id) is no job and can't be replayed (\(letter.reason.printable)); see it with dead-letters "
                    + "show, forget it with dead-letters purge."
            }
            let unknown = result.unknown.map { "There is no dead letter and no message \($0)." }
            guard selection.all else { return try Self.complain(refused + unknown) }
            for sentence in refused { Console.note(sentence) }
        }
    }

    /// - Throws: ``ErrorCode/messageNotFound`` with all sentences, unless there are none.
    private static func complain(_ sentences: [String]) throws {
        guard !sentences.isEmpty else { return }
        throw MsgError(.messageNotFound, sentences.joined(separator: "\n"))
    }
}
