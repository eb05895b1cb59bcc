import ArgumentParser
import Foundation
import MsgKit

/// `user sessions`.
struct UserSessions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "Show where a user is logged in, the latest first.",
        discussion: """
            At most the \(AccountService.maximumListed) latest; revoke-sessions ends all there are.

            Example:
              msgctl user sessions ada --output json
            """)

    @OptionGroup var target: UserTarget

    func run() async throws {
        try await target.find { administration, user in
            let rows = try await administration.sessions(of: user).map { session in
                Row(
                    id: session.id, createdAt: session.createdAt, refreshedAt: session.refreshedAt,
                    expiresAt: session.grant.expiresAt, address: session.client.address,
                    userAgent: session.client.userAgent)
            }
            var lines = rows.isEmpty ? ["\(user.username) is not logged in"] : rows.map(\.line)
            if rows.count == AccountService.maximumListed {
                lines.append("These are the latest \(rows.count); revoke-sessions ends all there are.")
            }
            let text = lines.joined(separator: "\n")
            try target.options.output.print(Report(sessions: rows), text: text)
        }
    }

    private struct Row: Encodable {
        var id: Session.ID
        var createdAt: Date
        var refreshedAt: Date
        var expiresAt: Date
        var address: String?
        var userAgent: String?

        var line: String {
            let times = "since \(createdAt.iso8601)  refreshed \(refreshedAt.iso8601)  until \(expiresAt.iso8601)"
            return ["\(id)", times, address.map { "from \($0)" }, userAgent].compactMap(\.self).joined(separator: "  ")
        }
    }

    private struct Report: Encodable {
        var sessions: [Row]
    }
}
