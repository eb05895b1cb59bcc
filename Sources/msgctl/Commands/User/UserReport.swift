import Foundation
import MsgKit

/// An account as it is printed; never with its password's hash.
struct UserReport: Encodable {
    var id: User.ID
    var username: String
    var email: String
    var role: UserRole
    var isActive: Bool
    var autoMessages: Bool
    var timezone: String?
    var lastSeen: Date?
    var createdAt: Date

    init(_ user: User) {
        id = user.id
        username = user.username
        email = user.email
        role = user.role
        isActive = user.isActive
        autoMessages = user.autoMessages
        timezone = user.timeZone
        lastSeen = user.lastSeen
        createdAt = user.createdAt
    }

    var line: String { "\(id)  \(username)  \(email)  \(role.rawValue)\(isActive ? "" : "  deactivated")" }

    /// `{"user":…}`.
    struct Envelope: Encodable {
        var user: UserReport
    }

    /// Prints one account.
    static func print(_ user: User, as format: OutputFormat) throws {
        let report = UserReport(user)
        try format.print(Envelope(user: report), text: report.line)
    }
}
