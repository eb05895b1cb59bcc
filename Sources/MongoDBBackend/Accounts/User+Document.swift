import Foundation
import MsgKit

extension User {
    init(_ document: BSONDocument) throws {
        let reader = DocumentReader(document, in: .users)
        let id: User.ID = try reader.required("_id", try reader.id("_id"))
        let createdAt = try reader.date("createdAt") ?? id.instant
        self.init(
            id: id, username: try reader.required("username", try reader.string("username")),
            email: User.key(try reader.string("email") ?? ""), passwordHash: try reader.string("password") ?? "",
            avatar: try reader.string("avatar").flatMap { $0.isEmpty ? nil : $0 },
            role: try reader.choice("role") ?? .user, isActive: try reader.bool("isActive") ?? true,
            autoMessages: try reader.bool("autoMessages") ?? true,
            timeZone: try reader.string("timezone").flatMap { $0.isEmpty ? nil : $0 },
            pool: try reader.string("pool") ?? Plan.defaultPool, pausedUntil: try reader.planDate("pausedUntil"),
            weeklyLimit: try reader.weeklyLimit(), lastSeen: try reader.date("lastSeen"), createdAt: createdAt,
            updatedAt: try reader.date("updatedAt") ?? createdAt)
    }

    /// The names of the fields are the original's; the two keys are ours.
    var document: BSONDocument {
        var document: BSONDocument = [
            "_id": .id(id), "username": .string(username), "usernameKey": .string(Self.key(username)),
            "email": .string(email), "emailKey": .string(Self.key(email)), "password": .string(passwordHash),
            "avatar": .optional(avatar) { .string($0) }, "role": .string(role.rawValue), "isActive": .bool(isActive),
            "autoMessages": .bool(autoMessages), "createdAt": .date(createdAt), "updatedAt": .date(updatedAt),
        ]
        document.append("timezone", timeZone) { .string($0) }
        document.append("pool", pool == Plan.defaultPool ? nil : pool) { .string($0) }
        document.append("pausedUntil", pausedUntil) { .string($0.description) }
        document.append("weeklyLimit", weeklyLimit) { .int32(Int32(clamping: $0)) }
        document.append("lastSeen", lastSeen) { .date($0) }
        return document
    }

    /// What names and addresses are unique and found by: any letter case is the same.
    static func key(_ text: String) -> String { text.lowercased() }
}

extension DocumentReader {
    /// A user's own bound on plans a week; nil when they have none.
    func weeklyLimit() throws -> Int? {
        try integer("weeklyLimit").map { number in
            guard let limit = Int(exactly: number), User.weeklyLimits.contains(limit) else {
                throw damaged("weeklyLimit")
            }
            return limit
        }
    }
}
