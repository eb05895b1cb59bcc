import ArgumentParser
import MsgKit

/// `dead-letters purge`.
struct DeadLettersPurge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Forget messages that were given up, and what is no job.",
        discussion: """
            Forgets those that meet every condition. A named id that no dead letter has is an error (exit status 1), \
            after those that are there were forgotten.

            Example:
              msgctl dispatch-worker dead-letters purge 65f1c0ffee0123456789abcd
              msgctl dispatch-worker dead-letters purge --before 2026-01-01T00:00:00Z --dry-run
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var target: DeadLetterTarget

    func run() async throws {
        let filter = target.selection.filter
        try await Composition.use(options) { composition in
            let service = composition.deadLetters
            let absent = try await service.absent(from: filter)
            if target.dryRun {
                try await target.tell(.purge, matching: filter, of: service, as: options.output)
            } else {
                let count = try await service.purge(matching: filter, by: .command, composition.audit)
                try options.output.print(["purged": count], text: "purged: \(count)")
            }
            absent.note()
            try AbsentDeadLetters.complain(absent.missing)
        }
    }
}
