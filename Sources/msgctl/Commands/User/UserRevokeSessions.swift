import ArgumentParser
import MsgKit

/// `user revoke-sessions`.
struct UserRevokeSessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke-sessions", abstract: "End all sessions of a user and close their sockets.",
        discussion: """
            Example:
              msgctl user revoke-sessions ada
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "A username, e-mail address or id.")
    var user: String

    func run() async throws {
        try await Composition.use(options) { composition in
            let administration = try await composition.administration()
            let user = try await administration.find(user)
            let count = try await administration.revokeSessions(of: user)
            try options.output.print(["revoked": count], text: "sessions ended: \(count)")
        }
    }
}
