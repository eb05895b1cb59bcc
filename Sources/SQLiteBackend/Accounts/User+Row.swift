import GRDB
import MsgKit

extension User {
    /// The columns that ``init(row:at:)`` reads, in its order.
    static let columns = columns(of: "users")

    static func columns(of table: String) -> String {
        [
            "id", "username", "email", "password", "avatar", "role", "isActive", "autoMessages", "timezone", "lastSeen",
            "createdAt", "updatedAt", "pool", "pausedUntil", "weeklyLimit",
        ].map { "\(table).\($0)" }.joined(separator: ", ")
    }

    static let columnCount = 15

    init(row: ResultRow, at first: Int = 0) throws {
        self.init(
            id: try row.id(first), username: try row.value(first + 1), email: try row.value(first + 2),
            passwordHash: try row.value(first + 3), avatar: row[first + 4] as String?, role: try row.choice(first + 5),
            isActive: try row.value(first + 6), autoMessages: try row.value(first + 7),
            timeZone: row[first + 8] as String?, pool: try row.value(first + 12),
            pausedUntil: try row.optionalPlanDate(first + 13), weeklyLimit: row[first + 14] as Int?,
            lastSeen: row.optionalDate(first + 9),
            createdAt: try row.date(first + 10), updatedAt: try row.date(first + 11))
    }
}

extension UserReference {
    /// Reads an id, a username and an avatar.
    init(row: ResultRow, at first: Int = 0) throws {
        self.init(id: try row.id(first), username: try row.value(first + 1), avatar: row[first + 2] as String?)
    }
}
