import Foundation
import GRDB
import MsgKit

/// Log-ins in SQLite. A session row holds the newest refresh token; those spent within the grace stand beside it, each
/// with its successor, so that a retry gets the answer that was lost.
struct SQLiteSessionStore: SessionStore {
    let database: SQLiteDatabase

    func insert(_ session: Session) async throws {
        try await database.write { db in
            guard try db.exists("SELECT 1 FROM users WHERE id = ?", [session.user]) else {
                throw MsgError(.userNotFound, "There is no such user.")
            }
            try db.run(
                """
                INSERT INTO sessions (id, user, createdAt, tokenId, issuedAt, expiresAt, address, userAgent)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    session.id, session.user, session.createdAt.stored, session.grant.tokenID,
                    session.grant.issuedAt.stored, session.grant.expiresAt.stored, session.client.address,
                    session.client.userAgent,
                ])
        }
    }

    func principal(of session: Session.ID, at instant: Date) async throws -> Principal? {
        try await database.read { db in
            try db.first(
                """
                SELECT users.id, users.username, users.avatar, users.role
                FROM sessions JOIN users ON users.id = sessions.user
                WHERE sessions.id = ? AND sessions.revokedAt IS NULL AND sessions.expiresAt > ? AND users.isActive = 1
                """,
                [session, instant.stored]
            ) { row in
                Principal(user: try UserReference(row: row), role: try row.choice(3), session: session)
            }
        }
    }

    func sessions(of user: User.ID, at instant: Date, limit: Int) async throws -> [Session] {
        try await database.read { db in
            try db.all(
                """
                SELECT tokenId, issuedAt, expiresAt, id, createdAt, address, userAgent FROM sessions
                WHERE user = ? AND revokedAt IS NULL AND expiresAt > ?
                ORDER BY createdAt DESC, id DESC LIMIT ?
                """,
                [user, instant.stored, limit]
            ) { row in
                Session(
                    id: try row.id(3), user: user, createdAt: try row.date(4),
                    client: SessionClient(address: row[5], userAgent: row[6]), grant: try RefreshGrant(row: row))
            }
        }
    }

    func rotate(
        _ session: Session.ID, presenting tokenID: String, successor: RefreshGrant, at instant: Date, grace: Duration
    ) async throws -> RotationOutcome {
        try await database.write { db in
            let newest = try db.first(
                """
                SELECT sessions.tokenId, sessions.issuedAt, sessions.expiresAt
                FROM sessions JOIN users ON users.id = sessions.user
                WHERE sessions.id = ? AND sessions.revokedAt IS NULL AND sessions.expiresAt > ? AND users.isActive = 1
                """,
                [session, instant.stored]
            ) { try RefreshGrant(row: $0) }
            guard let newest else { return .ended }
            let oldest = instant.stored - grace.wholeMilliseconds
            if newest.tokenID == tokenID {
                try Self.spend(tokenID, of: session, for: successor, at: instant, forgetting: oldest, in: db)
                return .rotated(successor)
            }
            let given = try db.first(
                "SELECT successor, issuedAt, expiresAt FROM spent_tokens WHERE session = ? AND tokenId = ? AND spentAt >= ?",
                [session, tokenID, oldest]
            ) { try RefreshGrant(row: $0) }
            if let given { return .replayed(given) }
            try db.run("UPDATE sessions SET revokedAt = ? WHERE id = ?", [instant.stored, session])
            return .reused
        }
    }

    func revoke(_ session: Session.ID, at instant: Date) async throws -> Bool {
        try await database.write { db in
            try db.run(
                "UPDATE sessions SET revokedAt = ? WHERE id = ? AND revokedAt IS NULL AND expiresAt > ?",
                [instant.stored, session, instant.stored]) > 0
        }
    }

    func revokeAll(of user: User.ID, except kept: Session.ID?, at instant: Date) async throws -> [Session.ID] {
        try await database.write { db in
            let ended = try db.all(
                "SELECT id FROM sessions WHERE user = ? AND revokedAt IS NULL AND expiresAt > ? AND id IS NOT ?",
                [user, instant.stored, kept]
            ) { row -> Session.ID in try row.id(0) }
            try db.run(
                "UPDATE sessions SET revokedAt = ? WHERE id IN (SELECT value FROM json_each(?))",
                [instant.stored, ended.json()])
            return ended
        }
    }

    func deleteEnded(before instant: Date) async throws -> Int {
        try await database.write { db in
            try db.run(
                """
                DELETE FROM sessions WHERE id IN (
                    SELECT id FROM sessions WHERE min(expiresAt, coalesce(revokedAt, expiresAt)) < ? LIMIT 1000
                )
                """, [instant.stored])
        }
    }

    private static func spend(
        _ tokenID: String, of session: Session.ID, for successor: RefreshGrant, at instant: Date,
        forgetting oldest: Int64, in db: Database
    ) throws {
        try db.run("DELETE FROM spent_tokens WHERE session = ? AND spentAt < ?", [session, oldest])
        try db.run(
            """
            INSERT OR REPLACE INTO spent_tokens (session, tokenId, spentAt, successor, issuedAt, expiresAt)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                session, tokenID, instant.stored, successor.tokenID, successor.issuedAt.stored,
                successor.expiresAt.stored,
            ])
        try db.run(
            "UPDATE sessions SET tokenId = ?, issuedAt = ?, expiresAt = ? WHERE id = ?",
            [successor.tokenID, successor.issuedAt.stored, successor.expiresAt.stored, session])
    }
}

extension RefreshGrant {
    /// Reads a token's id and two instants.
    fileprivate init(row: ResultRow) throws {
        self.init(tokenID: try row.value(0), issuedAt: try row.date(1), expiresAt: try row.date(2))
    }
}
