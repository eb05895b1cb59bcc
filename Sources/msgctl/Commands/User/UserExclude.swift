import ArgumentParser
import MsgKit

/// `user exclude`.
struct UserExclude: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exclude", abstract: "Never pair a user with another, whoever would write to whom.",
        discussion: """
            The other is not told. Prints whom the user has excluded then.

            Examples:
              msgctl user exclude ada bob
              msgctl user exclude ada bob --remove
            """)

    @OptionGroup var target: UserTarget

    @Argument(help: "The other: a username, e-mail address or id.")
    var other: String

    @Flag(help: "Take the exclusion back.")
    var remove = false

    func run() async throws {
        try await target.find { administration, user in
            let other = try await administration.find(other)
            if remove {
                try await administration.include(other.id, by: user)
            } else {
                try await administration.exclude(other.id, by: user)
            }
            try await ExclusionReport.print(administration, user, as: target.options.output)
        }
    }
}
