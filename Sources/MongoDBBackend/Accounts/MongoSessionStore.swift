import Foundation
import MsgKit

/// Log-ins in MongoDB. A document holds the newest refresh token; those spent within the grace stand in it too, each
/// with its successor, so that a retry gets the answer that was lost.
struct MongoSessionStore: SessionStore {
    /// How many spent tokens a session remembers, however short a time ago they were spent.
    private static let maximumSpent = 100
    private static let deletionBatch = 1000

    let database: MongoDatabase
    let finder: DocumentFinder<Session>
    let users: DocumentFinder<User>

    func insert(_ session: Session) async throws {
        guard try await users.document(session.user) != nil else {
            throw MsgError(.userNotFound, "There is no such user.")
        }
        let document = session.document
        try await database.perform { connection in
            guard try connection.insert([document], into: .sessions).duplicates.isEmpty else {
                throw MsgError(.conflict, "There is a session with this id already.")
            }
        }
    }

    func principal(of session: Session.ID, at instant: Date) async throws -> Principal? {
        guard let stored = try await live(session, at: instant), let user = try await activeUser(stored.user) else {
            return nil
        }
        return Principal(user: user.reference, role: user.role, session: session)
    }

    func sessions(of user: User.ID, at instant: Date, limit: Int) async throws -> [Session] {
        try await database.perform { connection in
            try connection.find(
                in: .sessions,
                ["user": .id(user), "endedAt": ["$gt": .date(instant)], "revokedAt": .null],
                FindOptions(sort: ["createdAt": -1, "_id": -1], limit: limit)
            ).map { try Session($0) }
        }
    }

    func rotate(
        _ session: Session.ID, presenting tokenID: String, successor: RefreshGrant, at instant: Date, grace: Duration
    ) async throws -> RotationOutcome {
        guard let stored = try await live(session, at: instant), try await activeUser(stored.user) != nil else {
            return .ended
        }
        let oldest = Date(millisecondsSince1970: instant.millisecondsSince1970 - grace.wholeMilliseconds)
        return try await database.perform { connection in
            var newest = Self.live(session, at: instant)
            newest.append("tokenId", .string(tokenID))
            let spending = Self.spending(tokenID, for: successor, at: instant, forgetting: oldest)
            if try connection.findAndUpdate(in: .sessions, newest, spending) != nil { return .rotated(successor) }
            // What the token is, if not the newest, is seen in the session as it is now.
            guard let now = try connection.first(in: .sessions, Self.live(session, at: instant)) else { return .ended }
            if let given = try SpentToken.successor(of: tokenID, spentSince: oldest, in: now) {
                return .replayed(given)
            }
            _ = try connection.updateOne(in: .sessions, Self.live(session, at: instant), Self.revocation(at: instant))
            return .reused
        }
    }

    func revoke(_ session: Session.ID, at instant: Date) async throws -> Bool {
        try await database.perform { connection in
            try connection.updateOne(in: .sessions, Self.live(session, at: instant), Self.revocation(at: instant))
                .modified > 0
        }
    }

    func revokeAll(of user: User.ID, except kept: Session.ID?, at instant: Date) async throws -> [Session.ID] {
        try await database.perform { connection in
            var condition: BSONDocument = [
                "user": .id(user), "endedAt": ["$gt": .date(instant)], "revokedAt": .null,
            ]
            condition.append("_id", kept) { ["$ne": .id($0)] }
            // Its mark tells those that this call ends from those that another ends at the same time.
            let mark = BSON.int64(Int64.random(in: .min ... .max))
            let ended = try connection.updateMany(
                in: .sessions, condition, Self.revocation(at: instant, mark: mark))
            guard ended.modified > 0 else { return [] }
            let found = try connection.find(
                in: .sessions, ["user": .id(user), "revokedBy": mark], FindOptions(projection: ["_id": 1]))
            return found.compactMap { $0["_id"]?.identifier(of: Session.self) }
        }
    }

    func deleteEnded(before instant: Date) async throws -> Int {
        try await database.perform { connection in
            let ended: BSONDocument = ["endedAt": ["$lt": .date(instant)]]
            let found = try connection.find(
                in: .sessions, ended,
                FindOptions(projection: ["_id": 1], sort: ["endedAt": 1], limit: Self.deletionBatch))
            guard !found.isEmpty else { return 0 }
            return try connection.removeAll(
                from: .sessions, ended.appending("_id", ["$in": .array(found.compactMap { $0["_id"] })]))
        }
    }

    /// A session that has not ended; nil when there is none.
    private func live(_ id: Session.ID, at instant: Date) async throws -> Session? {
        guard let document = try await finder.document(id) else { return nil }
        let reader = DocumentReader(document, in: .sessions)
        guard try reader.date("revokedAt") == nil else { return nil }
        let session = try Session(document)
        return session.grant.expiresAt > instant ? session : nil
    }

    private func activeUser(_ id: User.ID) async throws -> User? {
        try await users.document(id).map { try User($0) }.flatMap { $0.isActive ? $0 : nil }
    }

    private static func live(_ id: Session.ID, at instant: Date) -> BSONDocument {
        ["_id": .id(id), "revokedAt": .null, "expiresAt": ["$gt": .date(instant)]]
    }

    private static func revocation(at instant: Date, mark: BSON? = nil) -> BSON {
        var set: BSONDocument = ["revokedAt": .date(instant), "endedAt": .date(instant)]
        set.append("revokedBy", mark) { $0 }
        return ["$set": .document(set)]
    }

    /// Puts the successor in the place of the newest token, which joins those that were spent lately.
    private static func spending(
        _ tokenID: String, for successor: RefreshGrant, at instant: Date, forgetting oldest: Date
    ) -> BSON {
        let recent: BSON = [
            "$filter": [
                "input": ["$ifNull": ["$spent", []]], "as": "token",
                "cond": ["$gte": ["$$token.spentAt", .date(oldest)]],
            ]
        ]
        let spent = SpentToken(tokenID: tokenID, spentAt: instant, successor: successor).document
        let all: BSON = ["$concatArrays": [recent, [.literal(.document(spent))]]]
        return [
            [
                "$set": [
                    "tokenId": .literal(.string(successor.tokenID)), "issuedAt": .date(successor.issuedAt),
                    "expiresAt": .date(successor.expiresAt), "endedAt": .date(successor.expiresAt),
                    "spent": ["$slice": [all, .int32(Int32(-maximumSpent))]],
                ]
            ]
        ]
    }
}
