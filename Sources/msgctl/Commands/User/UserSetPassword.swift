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

    @OptionGroup var target: UserTarget

    func run() async throws {
        let password = try PasswordInput.read()
        try await target.perform { try await $0.setPassword(password, of: $1) }
    }
}
