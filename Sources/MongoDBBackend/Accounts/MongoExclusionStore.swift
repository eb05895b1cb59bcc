import Foundation
import MsgKit

/// Exclusions in MongoDB: one document for each user, so that their bound holds whoever adds at once.
struct MongoExclusionStore: ExclusionStore {
    let database: MongoDatabase

    func exclusions(of user: User.ID) async throws -> [User.ID] {
        try await database.perform { connection in
            try connection.first(in: .userExclusions, ["_id": .id(user)]).map { try Self.others($0) } ?? []
        }
    }

    func exclude(_ other: User.ID, by user: User.ID, at instant: Date) async throws {
        guard other != user else { throw Exclusion.ofOneself }
        try await database.perform { connection in
            let both: BSONDocument = ["_id": ["$in": .ids([user, other])]]
            guard try connection.find(in: .users, both, FindOptions(projection: ["_id": 1])).count == 2 else {
                throw Exclusion.unknownUser
            }
            let condition: BSONDocument = [
                "_id": .id(user), "others.user": ["$ne": .id(other)],
                "others.\(Exclusion.maximumPerUser - 1)": ["$exists": false],
            ]
            for _ in 0..<Self.maximumTries {
                let outcome = try connection.updateOne(
                    in: .userExclusions, condition,
                    ["$push": ["others": ["user": .id(other), "at": .date(instant)]]], isUpsert: true)
                guard !outcome.duplicates.isEmpty else { return }
                // The user's document is there: it holds the other already, or is full, or was made by whoever added
                // at the same time, and then this one still has to go into it.
                let own = try connection.find(
                    in: .userExclusions, ["_id": .id(user)], FindOptions(limit: 1, isLocal: true))
                let others = try own.first.map { try Self.others($0) } ?? []
                if others.contains(other) { return try connection.confirmNothing() }
                guard others.count < Exclusion.maximumPerUser else { throw Exclusion.tooMany }
            }
            throw MsgError(.serverBusy, "Too many exclusions of one user are added at once; try again.")
        }
    }

    func include(_ other: User.ID, by user: User.ID) async throws {
        try await database.perform { connection in
            _ = try connection.updateOne(
                in: .userExclusions, ["_id": .id(user)], ["$pull": ["others": ["user": .id(other)]]])
        }
    }

    func exclusions(after last: Exclusion?, limit: Int) async throws -> [Exclusion] {
        guard limit > 0 else { return [] }
        return try await database.perform { connection in
            var start: BSONDocument = ["_id": last.map { ["$gte": .id($0.user)] } ?? ["$gte": .objectID(0, 0)]]
            while true {
                let found = try connection.find(
                    in: .userExclusions, start,
                    FindOptions(sort: ["_id": 1], limit: min(limit, Self.batchSize), hint: "_id_"))
                let stored = try connection.readable(found) { try Self.exclusions($0) }
                let exclusions = stored.joined().filter { exclusion in
                    last.map { $0.user != exclusion.user || $0.other < exclusion.other } ?? true
                }
                // Documents may hold nothing any more, or nothing after the last one.
                guard exclusions.isEmpty, let end = found.last?["_id"] else { return Array(exclusions.prefix(limit)) }
                start = ["_id": ["$gt": end]]
            }
        }
    }

    func isExcluded(_ one: User.ID, _ other: User.ID) async throws -> Bool {
        try await database.perform { connection in
            let both = BSON.ids([one, other])
            return try connection.first(
                in: .userExclusions, ["_id": ["$in": both], "others.user": ["$in": both]], projection: ["_id": 1])
                != nil
        }
    }

    /// How often those who add to one user's at once may meet.
    private static let maximumTries = 50

    /// Documents read at a time; each holds at most ``Exclusion/maximumPerUser`` exclusions.
    private static let batchSize = 500

    private static func others(_ document: BSONDocument) throws -> [User.ID] {
        try DocumentReader(document, in: .userExclusions).readers("others").map { reader in
            try reader.required("user", try reader.id("user"))
        }
    }

    /// By the id of the other.
    private static func exclusions(_ document: BSONDocument) throws -> [Exclusion] {
        let reader = DocumentReader(document, in: .userExclusions)
        let user: User.ID = try reader.required("_id", try reader.id("_id"))
        return try others(document).sorted().map { Exclusion(of: $0, by: user) }
    }
}
