import Foundation
import GRDB
import MsgKit

/// Exclusions in SQLite, a row each.
struct SQLiteExclusionStore: ExclusionStore {
    let database: SQLiteDatabase

    func exclusions(of user: User.ID) async throws -> [User.ID] {
        try await database.read { db in
            try db.all("SELECT other FROM user_exclusions WHERE user = ? ORDER BY key", [user]) { try $0.id(0) }
        }
    }

    func exclude(_ other: User.ID, by user: User.ID, at instant: Date) async throws {
        guard other != user else { throw Exclusion.ofOneself }
        try await database.write { db in
            for id in [user, other] {
                guard try db.exists("SELECT 1 FROM users WHERE id = ?", [id]) else { throw Exclusion.unknownUser }
            }
            let known = "SELECT 1 FROM user_exclusions WHERE user = ? AND other = ?"
            guard try !db.exists(known, [user, other]) else { return }
            guard
                try db.number("SELECT count(*) FROM user_exclusions WHERE user = ?", [user])
                    < Exclusion.maximumPerUser
            else { throw Exclusion.tooMany }
            try db.run(
                "INSERT INTO user_exclusions (user, other, createdAt) VALUES (?, ?, ?)", [user, other, instant.stored])
        }
    }

    func include(_ other: User.ID, by user: User.ID) async throws {
        try await database.write { db in
            _ = try db.run("DELETE FROM user_exclusions WHERE user = ? AND other = ?", [user, other])
        }
    }

    func exclusions(after last: Exclusion?, limit: Int) async throws -> [Exclusion] {
        try await database.read { db in
            try db.all(
                """
                SELECT user, other FROM user_exclusions WHERE (user, other) > (?, ?) ORDER BY user, other LIMIT ?
                """, [last?.user.description ?? "", last?.other.description ?? "", limit]
            ) { Exclusion(of: try $0.id(1), by: try $0.id(0)) }
        }
    }

    func isExcluded(_ one: User.ID, _ other: User.ID) async throws -> Bool {
        try await database.read { db in
            try db.exists(
                """
                SELECT 1 FROM user_exclusions WHERE user = ?1 AND other = ?2
                UNION ALL SELECT 1 FROM user_exclusions WHERE user = ?2 AND other = ?1
                """, [one, other])
        }
    }
}
