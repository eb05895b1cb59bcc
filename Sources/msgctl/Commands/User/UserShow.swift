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

    @OptionGroup var options: GlobalOptions

    @Argument(help: "A username, e-mail address or id.")
    var user: String

    func run() async throws {
        try await Composition.use(options) { composition in
            let administration = try await composition.administration()
            let user = try await administration.find(user)
            try UserReport.print(user, as: options.output)
        }
    }
}
