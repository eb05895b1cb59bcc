import ArgumentParser
import MsgKit

/// `user set-password`.
struct UserSetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-password", abstract: "Set a user's password and end all their sessions.",
        discussion: """
            Example:
              msgctl user set-password ada
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "A username, e-mail address or id.")
    var user: String

    func run() async throws {
        let password = try PasswordInput.read()
        try await Composition.use(options) { composition in
            let administration = try await composition.administration()
            let user = try await administration.find(user)
            try UserReport.print(try await administration.setPassword(password, of: user), as: options.output)
        }
    }
}
