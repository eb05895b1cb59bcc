import ArgumentParser
import MsgKit

/// `dead-letters replay`.
struct DeadLettersReplay: AsyncParsableCommand {
    /// Of what is no job so many are told of, unless they were named.
    private static let told = 20

    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Put messages that were given up back into the queue.",
        discussion: """
            Those that meet every condition. Safe to repeat: a message is delivered once, however often it is replayed. A \
            named id that nothing has is an error (exit status 1), and so is one of what is no job: purge forgets it. \
            Without ids that stays where it is.

            Example:
              msgctl dispatch-worker dead-letters replay --all
              msgctl dispatch-worker dead-letters replay --reason "opted out" --receiver 65f1c0ffee0123456789abcd
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var target: DeadLetterTarget

    func validate() throws {
        guard !target.selection.unreadable else {
            throw ValidationError("What is no job can't be replayed: --unreadable goes with list and purge.")
        }
    }

    func run() async throws {
        let filter = target.selection.filter
        var jobs = filter
        jobs.kind = .job
        try await Composition.use(options) { [jobs] composition in
            let service = composition.deadLetters
            let absent = try await service.absent(from: filter)
            if target.dryRun {
                try await target.tell(.replay, matching: jobs, of: service, as: options.output)
            } else {
                let count = try await service.replay(matching: jobs, by: .command, composition.audit)
                try options.output.print(["replayed": count], text: "replayed: \(count)")
            }
            absent.note()
            for id in absent.settled { Console.note("Message \(id) is no dead letter (any more); nothing was done.") }
            if filter.ids == nil { try await tellOfUnreadable(matching: filter, of: service) }
            try AbsentDeadLetters.complain(
                absent.unreadable.map(Self.refusal)
                    + absent.unknown.map { "There is no dead letter and no message \($0)." })
        }
    }

    /// Says of what is no job and meets the conditions that it stays.
    private func tellOfUnreadable(matching filter: DeadLetterFilter, of service: DeadLetterService) async throws {
        var unreadable = filter
        unreadable.kind = .unreadable
        let page = try await service.list(matching: unreadable, page: PageRequest(limit: Self.told))
        for letter in page.items { Console.note(Self.refusal(letter)) }
        guard page.total > page.items.count else { return }
        Console.note("\(page.total - page.items.count) more are no jobs; see them with dead-letters list --unreadable.")
    }

    private static func refusal(_ letter: DeadLetter) -> String {
        "\(letter.id) is no job and can't be replayed (\(letter.reason.printable)); see it with dead-letters show, forget "
            + "it with dead-letters purge."
    }
}
