import ArgumentParser
import MsgKit

/// `user show`.
struct UserShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a user.",
        discussion: """
            Example:
              msgctl user show ada
            """)

    @OptionGroup var target: UserTarget

    func run() async throws {
        try await target.perform { _, user in user }
    }
}
