import ArgumentParser
import MsgKit

/// `user pool`.
struct UserPool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool", abstract: "Move a user to a pool; plans are made within one.",
        discussion: """
            Plans that there are already stay as they are.

            Examples:
              msgctl user pool ada night
              msgctl user pool ada default
            """)

    @OptionGroup var target: UserTarget

    @Argument(help: "The pool's name; everybody is in default at first.")
    var pool: String

    func run() async throws {
        try await target.perform { try await $0.setPool(pool, of: $1) }
    }
}
