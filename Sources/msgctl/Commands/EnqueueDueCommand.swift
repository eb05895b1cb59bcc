import ArgumentParser
import MsgKit

/// `enqueue-due`: the second phase.
struct EnqueueDueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enqueue-due",
        abstract: "Put the planned messages that are due into the queue.",
        discussion: """
            What was queued long ago without being sent (schedule.requeue_after) is queued again. With schedule.late: skip, what is
            late by more than schedule.late_after becomes a dead letter instead.

            Example, as a line of crontab:
              * * * * * msgctl enqueue-due --config /etc/msgctl/config.yaml
            """)

    @OptionGroup var options: GlobalOptions

    @Flag(help: "Count what would be queued; change nothing.")
    var dryRun = false

    func run() async throws {
        try await Composition.use(options) { composition in
            let result = try await composition.enqueueing.run(dryRun: dryRun)
            try options.output.print(
                Report(
                    queued: result.queued, requeued: result.requeued, skipped: result.skipped, dryRun: dryRun),
                text: "\(dryRun ? "would be queued" : "queued"): \(result.queued), again: \(result.requeued), "
                    + "skipped as too late: \(result.skipped)")
        }
    }

    private struct Report: Encodable {
        var queued: Int
        var requeued: Int
        var skipped: Int
        var dryRun: Bool
    }
}
