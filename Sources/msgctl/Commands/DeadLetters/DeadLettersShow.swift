import ArgumentParser
import MsgKit

/// `dead-letters show`.
struct DeadLettersShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one message that was given up.",
        discussion: """
            Example:
              msgctl dispatch-worker dead-letters show 65f1c0ffee0123456789abcd
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The message's id.", transform: DeadLetterSelection.identifier)
    var id: AutoMessage.ID

    func run() async throws {
        try await Composition.use(options) { composition in
            let letter = try await composition.deadLetters.show(id)
            let job = letter.job
            try options.output.print(
                DeadLetterReport(letter: letter),
                text: """
                    message       \(job.id)
                    from          \(job.senderId)
                    to            \(job.receiverId)
                    conversation  \(job.conversationId)
                    due           \(job.sendDate.iso8601)
                    retries       \(job.retryCount)
                    given up      \(letter.failedAt.iso8601)
                    reason        \(letter.reason)
                    content       \(job.content)
                    """)
        }
    }
}
