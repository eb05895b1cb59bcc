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

    @OptionGroup var target: UserTarget

    func run() async throws {
        try await target.perform { try await $0.change($1, isActive: false) }
    }
}
