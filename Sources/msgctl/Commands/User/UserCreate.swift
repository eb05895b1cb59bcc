import ArgumentParser
import MsgKit

/// `user create`.
struct UserCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a user.",
        discussion: """
            The password is asked for, or read as a line of standard input.

            Example:
              msgctl user create --username ada --email ada@example.org --role admin
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "3 to 30 letters, digits or underscores.")
    var username: String

    @Option(help: "The e-mail address to log in with.")
    var email: String

    @Option(help: "user, moderator or admin.")
    var role = UserRole.user

    func run() async throws {
        let username = try Username(username)
        let email = try EmailAddress(email)
        let password = try PasswordInput.read()
        try await Composition.use(options, mayCreate: true) { composition in
            let user = try await composition.administration().create(
                Registration(username: username, email: email, password: password, role: role))
            try UserReport.print(user, as: options.output)
        }
    }
}
