import ArgumentParser

/// `dispatch-worker`: the third phase.
struct DispatchWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispatch-worker",
        abstract: "Deliver queued messages, or look after those that were given up.",
        discussion: """
            Any number of workers may run beside each other and beside serve.

            Example:
              msgctl dispatch-worker
              msgctl dispatch-worker --drain
              msgctl dispatch-worker dead-letters list
            """,
        subcommands: [DispatchWorkerRun.self, DeadLettersCommand.self], defaultSubcommand: DispatchWorkerRun.self)
}
