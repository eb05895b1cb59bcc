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

    @OptionGroup var target: UserTarget

    @Argument(help: "user, moderator or admin.")
    var role: UserRole

    func run() async throws {
        try await target.perform { try await $0.change($1, role: role) }
    }
}
