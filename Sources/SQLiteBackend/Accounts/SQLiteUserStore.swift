import Foundation
import GRDB
import MsgKit

/// Accounts in SQLite. Names and addresses are compared by SQLite's NOCASE, which is all there is to letter case in
/// what validation lets through as a username; addresses come in lower case already.
struct SQLiteUserStore: UserStore {
    let database: SQLiteDatabase

    func insert(_ user: User) async throws {
        try await database.write { db in
            if try db.exists("SELECT 1 FROM users WHERE username = ?", [user.username]) { throw Self.usernameTaken }
            if try db.exists("SELECT 1 FROM users WHERE email = ?", [user.email]) {
                throw MsgError(.emailTaken, "This email address is registered already.")
            }
            try db.run(
                """
                INSERT INTO users (id, username, email, password, avatar, role, isActive, autoMessages, timezone,
                    lastSeen, createdAt, updatedAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    user.id, user.username, user.email, user.passwordHash, user.avatar, user.role.rawValue,
                    user.isActive, user.autoMessages, user.timeZone, user.lastSeen?.stored, user.createdAt.stored,
                    user.updatedAt.stored,
                ])
        }
    }

    func user(_ id: User.ID) async throws -> User? {
        try await database.read { try Self.user(id, in: $0) }
    }

    func user(email: String) async throws -> User? {
        try await database.read { db in
            try db.first("SELECT \(User.columns) FROM users WHERE email = ?", [email.lowercased()]) {
                try User(row: $0)
            }
        }
    }

    func user(username: String) async throws -> User? {
        try await database.read { db in
            try db.first("SELECT \(User.columns) FROM users WHERE username = ?", [username]) { try User(row: $0) }
        }
    }

    func users(_ ids: [User.ID]) async throws -> [User] {
        try await database.read { db in
            try db.all("SELECT \(User.columns) FROM users WHERE id IN (SELECT value FROM json_each(?))", [ids.json()]) {
                try User(row: $0)
            }
        }
    }

    func users(matching filter: UserFilter, page: PageRequest) async throws -> Page<UserListing> {
        let now = database.clock.now
        return try await database.read { db in
            let live = try LiveNodes(in: db, at: now)
            var conditions: [String] = []
            var arguments: StatementArguments = []
            if let isActive = filter.isActive {
                conditions.append("users.isActive = ?")
                arguments += [isActive]
            }
            if let query = filter.query, !query.isEmpty {
                conditions.append(#"users.username LIKE ? ESCAPE '\'"#)
                arguments += [LikePattern.containing(query)]
            }
            if let isOnline = filter.isOnline {
                conditions.append("users.id \(isOnline ? "IN" : "NOT IN") (\(LiveNodes.usersSQL))")
                arguments += [live.json]
            }
            let matching = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            let total = try db.number("SELECT count(*) FROM users \(matching)", arguments)
            let items = try db.all(
                """
                SELECT \(User.columns), users.id IN (\(LiveNodes.usersSQL)) FROM users \(matching)
                ORDER BY users.username, users.id LIMIT ? OFFSET ?
                """,
                [live.json] + arguments + [page.limit, page.offset]
            ) { row in
                UserListing(user: try User(row: row), isOnline: try row.value(User.columnCount))
            }
            return Page(items: items, request: page, total: Int(total))
        }
    }

    func update(_ id: User.ID, _ change: UserChange, at instant: Date) async throws -> User? {
        try await database.write { db in
            if let name = change.username,
                try db.exists("SELECT 1 FROM users WHERE username = ? AND id <> ?", [name, id])
            {
                throw Self.usernameTaken
            }
            try db.run(
                """
                UPDATE users SET
                    username = coalesce(?, username),
                    avatar = CASE WHEN ? THEN ? ELSE avatar END,
                    password = coalesce(?, password),
                    role = coalesce(?, role),
                    isActive = coalesce(?, isActive),
                    autoMessages = coalesce(?, autoMessages),
                    timezone = CASE WHEN ? THEN ? ELSE timezone END,
                    lastSeen = coalesce(?, lastSeen),
                    updatedAt = ?
                WHERE id = ?
                """,
                [
                    change.username, change.avatar != nil, change.avatar ?? nil, change.passwordHash,
                    change.role?.rawValue, change.isActive, change.autoMessages, change.timeZone != nil,
                    change.timeZone ?? nil, change.lastSeen?.stored, instant.stored, id,
                ])
            return try Self.user(id, in: db)
        }
    }

    private static var usernameTaken: MsgError { MsgError(.usernameTaken, "This username is taken.") }

    private static func user(_ id: User.ID, in db: Database) throws -> User? {
        try db.first("SELECT \(User.columns) FROM users WHERE id = ?", [id]) { try User(row: $0) }
    }
}
