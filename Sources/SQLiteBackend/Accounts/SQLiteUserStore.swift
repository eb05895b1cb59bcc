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
                    lastSeen, createdAt, updatedAt, pool, pausedUntil, weeklyLimit)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    user.id, user.username, user.email, user.passwordHash, user.avatar, user.role.rawValue,
                    user.isActive, user.autoMessages, user.timeZone, user.lastSeen?.stored, user.createdAt.stored,
                    user.updatedAt.stored, user.pool, user.pausedUntil?.description, user.weeklyLimit,
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

    func users(matching filter: UserFilter, page: PageRequest) async throws -> Page<User> {
        try await database.read { db in
            var conditions: [String] = []
            var arguments: SQLArguments = []
            if let isActive = filter.isActive {
                conditions.append("users.isActive = ?")
                arguments += [isActive]
            }
            if let query = filter.query, !query.isEmpty {
                conditions.append(#"users.username LIKE ? ESCAPE '\'"#)
                arguments += [LikePattern.containing(query)]
            }
            switch filter.membership {
            case .among(let ids):
                conditions.append("users.id IN (SELECT value FROM json_each(?))")
                arguments += [ids.json()]
            case .notAmong(let ids):
                conditions.append("users.id NOT IN (SELECT value FROM json_each(?))")
                arguments += [ids.json()]
            case nil: break
            }
            let matching = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            let total = try db.number("SELECT count(*) FROM users \(matching)", arguments)
            let items = try db.all(
                """
                SELECT \(User.columns) FROM users \(matching)
                ORDER BY users.username, users.id LIMIT ? OFFSET ?
                """, arguments + [page.limit, page.offset]
            ) { try User(row: $0) }
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
            guard try db.exists("SELECT 1 FROM users WHERE id = ?", [id]) else { return nil }
            guard try Self.holds(change.condition, for: id, in: db) else { throw UserChange.Condition.unmet }
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
                    pool = coalesce(?, pool),
                    pausedUntil = CASE WHEN ? THEN ? ELSE pausedUntil END,
                    weeklyLimit = CASE WHEN ? THEN ? ELSE weeklyLimit END,
                    updatedAt = ?
                WHERE id = ?
                """,
                [
                    change.username, change.avatar != nil, change.avatar ?? nil, change.passwordHash,
                    change.role?.rawValue, change.isActive, change.autoMessages, change.timeZone != nil,
                    change.timeZone ?? nil, change.pool, change.pausedUntil != nil,
                    (change.pausedUntil ?? nil)?.description, change.weeklyLimit != nil, change.weeklyLimit ?? nil,
                    instant.stored, id,
                ])
            return try Self.user(id, in: db)
        }
    }

    func markSeen(_ ids: [User.ID], at instant: Date) async throws {
        guard !ids.isEmpty else { return }
        try await database.write { db in
            _ = try db.run(
                """
                UPDATE users SET lastSeen = ?1
                WHERE id IN (SELECT value FROM json_each(?2)) AND (lastSeen IS NULL OR lastSeen < ?1)
                """, [instant.stored, ids.json()])
        }
    }

    private static var usernameTaken: MsgError { MsgError(.usernameTaken, "This username is taken.") }

    private static func holds(_ condition: UserChange.Condition, for id: User.ID, in db: Database) throws -> Bool {
        switch condition {
        case .none: true
        case .passwordHash(let hash): try db.exists("SELECT 1 FROM users WHERE id = ? AND password = ?", [id, hash])
        case .administrator(let user):
            try db.exists(
                "SELECT 1 FROM users WHERE id = ? AND role = ? AND isActive", [user, UserRole.admin.rawValue])
        }
    }

    private static func user(_ id: User.ID, in db: Database) throws -> User? {
        try db.first("SELECT \(User.columns) FROM users WHERE id = ?", [id]) { try User(row: $0) }
    }
}
