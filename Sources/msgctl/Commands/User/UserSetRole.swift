import ArgumentParser
import MsgKit

/// `user set-role`.
struct UserSetRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-role", abstract: "Give a user another role; it holds at once.",
        discussion: """
            Example:
              msgctl user set-role ada moderator
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "A username, e-mail address or id.")
    var user: String

    @Argument(help: "user, moderator or admin.")
    var role: UserRole

    func run() async throws {
        try await Composition.use(options) { composition in
            let administration = try await composition.administration()
            let user = try await administration.find(user)
            try UserReport.print(try await administration.setRole(role, of: user), as: options.output)
        }
    }
}
