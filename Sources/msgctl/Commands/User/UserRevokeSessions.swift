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

    @OptionGroup var target: UserTarget

    func run() async throws {
        try await target.find { administration, user in
            let count = try await administration.revokeSessions(of: user)
            try target.options.output.print(["revoked": count], text: "sessions ended: \(count)")
        }
    }
}
