import ArgumentParser
import MsgKit

/// `user pause`.
struct UserPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Have a user pause: no automatic message until a day.",
        discussion: """
            What is planned for the days before and not sent yet is not sent either. A day that has come is no pause.

            Examples:
              msgctl user pause ada --until 2026-02-01
              msgctl user pause ada --clear
            """)

    @OptionGroup var target: UserTarget

    @Option(help: "The first day on which the user takes part again, such as 2026-02-01.")
    var until: String?

    @Flag(help: "End the pause.")
    var clear = false

    func validate() throws {
        guard (until != nil) != clear else { throw ValidationError("Name a day with --until, or say --clear.") }
        if let until, PlanDate(until) == nil {
            throw ValidationError("--until must be a date, such as 2026-02-01.")
        }
    }

    func run() async throws {
        let date = until.flatMap { PlanDate($0) }
        try await target.perform {
            try await $0.setPause(date, of: $1)
        } note: { user, composition in
            let today = PlanDate(composition.clock.now, in: composition.settings.timeZone(of: user))
            guard let day = user.pausedUntil, !user.isPaused(on: today) else { return nil }
            return
                "\(user.username) does not pause: \(day) has come, as it is \(today) in their time zone; name a later day "
                + "with --until."
        }
    }
}
