import MsgKit

/// Whom a user has excluded, as it is printed.
struct ExclusionReport: Encodable {
    struct Person: Encodable {
        var id: User.ID
        var username: String
    }

    var user: Person
    var exclusions: [Person]

    /// Prints a user's exclusions in the order of adding.
    static func print(_ administration: UserAdministration, _ user: User, as format: OutputFormat) async throws {
        let others = try await administration.exclusions.list(of: user.id)
        let report = ExclusionReport(
            user: Person(id: user.id, username: user.username),
            exclusions: others.map { Person(id: $0.id, username: $0.username) })
        let lines = report.exclusions.map { "\($0.id)  \($0.username)" }
        try format.print(
            report, text: lines.isEmpty ? "\(user.username) has excluded nobody" : lines.joined(separator: "\n"))
    }
}
