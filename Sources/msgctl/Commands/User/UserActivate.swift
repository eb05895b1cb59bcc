import ArgumentParser
import MsgKit

/// `user activate`.
struct UserActivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Let a deactivated user log in again.",
        discussion: """
            Example:
              msgctl user activate ada
            """)

    @OptionGroup var target: UserTarget

    func run() async throws {
        try await target.perform { try await $0.change($1, isActive: true) }
    }
}
