import ArgumentParser
import MsgKit

/// `user deactivate`.
struct UserDeactivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate", abstract: "Keep a user out: no log-in, no session, no automatic message.",
        discussion: """
            Example:
              msgctl user deactivate ada
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "A username, e-mail address or id.")
    var user: String

    func run() async throws {
        try await Composition.use(options) { composition in
            let administration = try await composition.administration()
            let user = try await administration.find(user)
            try UserReport.print(try await administration.setActive(false, of: user), as: options.output)
        }
    }
}
