import ArgumentParser
import MsgKit

/// `user pool`.
struct UserPool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool", abstract: "Move a user to a pool; plans are made within one.",
        discussion: """
            Plans that there are already stay as they are. Nobody in a pool that is not configured is planned.

            Examples:
              msgctl user pool ada night
              msgctl user pool ada default
            """)

    @OptionGroup var target: UserTarget

    @Argument(help: "The pool's name; everybody is in default at first.")
    var pool: String

    func run() async throws {
        try await target.perform {
            try await $0.setPool(pool, of: $1)
        } note: { user, composition in
            guard composition.settings.pool(user.pool) == nil else { return nil }
            let configured = composition.settings.pools.map(\.name).joined(separator: ", ")
            return
                "The pool \(user.pool) is not configured, and \(user.username) is not planned until it is: add it below "
                + "pools in the configuration file, or name one of: \(configured)."
        }
    }
}
