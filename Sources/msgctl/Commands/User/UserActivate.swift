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

    @OptionGroup var options: GlobalOptions

    @Argument(help: "A username, e-mail address or id.")
    var user: String

    func run() async throws {
        try await Composition.use(options) { composition in
            let administration = try await composition.administration()
            let user = try await administration.find(user)
            try UserReport.print(try await administration.setActive(true, of: user), as: options.output)
        }
    }
}
