import ArgumentParser
import MsgKit

/// `user limit`.
struct UserLimit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: "Bound in how many plans of any seven days a user is.",
        discussion: """
            Examples:
              msgctl user limit ada 3
              msgctl user limit ada --clear
            """)

    @OptionGroup var target: UserTarget

    @Argument(help: "At most so many plans in any seven days, 0 to 7.")
    var limit: Int?

    @Flag(help: "Let the pool's number count again.")
    var clear = false

    func validate() throws {
        guard (limit != nil) != clear else { throw ValidationError("Name a number from 0 to 7, or say --clear.") }
        if let limit, !User.weeklyLimits.contains(limit) {
            throw ValidationError("The limit must be a number from 0 to 7.")
        }
    }

    func run() async throws {
        try await target.perform { try await $0.setWeeklyLimit(limit, of: $1) }
    }
}
