import ArgumentParser

/// `dispatch-worker dead-letters`: the messages that were given up.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "List, show, replay or purge the messages that were given up.",
        discussion: """
            Example:
              msgctl dispatch-worker dead-letters
              msgctl dispatch-worker dead-letters replay --reason "opted out" --dry-run
            """,
        subcommands: [DeadLettersList.self, DeadLettersShow.self, DeadLettersReplay.self, DeadLettersPurge.self],
        defaultSubcommand: DeadLettersList.self)
}
