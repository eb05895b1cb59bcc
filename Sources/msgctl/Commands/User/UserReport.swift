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
    var pool: String
    var pausedUntil: PlanDate?
    var weeklyLimit: Int?
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
        pool = user.pool
        pausedUntil = user.pausedUntil
        weeklyLimit = user.weeklyLimit
        lastSeen = user.lastSeen
        createdAt = user.createdAt
    }

    /// What is as it is with everybody at first is left out.
    var line: String {
        var parts = ["\(id)", username, email, role.rawValue]
        if !isActive { parts.append("deactivated") }
        if pool != Plan.defaultPool { parts.append("pool \(pool)") }
        // One that has come in every zone is over.
        if let pausedUntil, pausedUntil > PlanDate(SystemClock().now.addingTimeInterval(-12 * 3600), in: .gmt) {
            parts.append("paused until \(pausedUntil)")
        }
        if let weeklyLimit { parts.append("at most \(weeklyLimit) a week") }
        return parts.joined(separator: "  ")
    }

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
