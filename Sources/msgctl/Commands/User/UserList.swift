import ArgumentParser
import MsgKit

/// `user list`.
struct UserList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List users by name, deactivated ones included.",
        discussion: """
            Example:
              msgctl user list --query ada --output json
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var paging: PagingOptions

    @Option(help: "Only those whose username contains this.")
    var query: String?

    func run() async throws {
        let request = paging.request
        try await Composition.use(options) { composition in
            let page = try await composition.administration().list(
                UserFilter(query: query, isActive: nil), page: request)
            let reports = page.items.map { UserReport($0) }
            try options.output.print(
                Report(users: reports, total: page.total),
                text: (reports.map(\.line) + ["\(page.total) in all"]).joined(separator: "\n"))
        }
    }

    private struct Report: Encodable {
        var users: [UserReport]
        var total: Int
    }
}
