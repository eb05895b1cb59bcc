import Foundation
import Logging
import MsgKit

/// Conversations and their participants in MongoDB. Who takes part is one document's array, so that every change of
/// it is one step.
struct MongoConversationStore: ConversationStore {
    let database: MongoDatabase
    let finder: DocumentFinder<Conversation>

    func findOrCreateDirect(_ candidates: [Conversation]) async throws -> [(conversation: Conversation, isNew: Bool)] {
        guard !candidates.isEmpty else { return [] }
        let keys = try candidates.map { candidate in
            guard let key = DirectKey(candidate.participants) else {
                throw MsgError(.badRequest, "A direct conversation is between two different people.")
            }
            return key
        }
        return try await database.perform { connection in
            try Self.requireUsers(candidates.flatMap(\.participants), connection)
            var found = try Self.direct(keys, connection)
            var created: Set<Conversation.ID> = []
            var fresh: [DirectKey: Conversation] = [:]
            for (key, candidate) in zip(keys, candidates) where found[key] == nil && fresh[key] == nil {
                fresh[key] = candidate.asDirect
            }
            if !fresh.isEmpty {
                let rows = Array(fresh)
                let taken = Set(try connection.insert(rows.map(\.value.document), into: .conversations).duplicates)
                for (index, row) in rows.enumerated() where !taken.contains(index) {
                    created.insert(row.value.id)
                    found[row.key] = row.value
                }
                // Somebody else was first with these.
                let rest = rows.enumerated().filter { taken.contains($0.offset) }.map(\.element.key)
                if !rest.isEmpty { found.merge(try Self.direct(rest, connection)) { first, _ in first } }
            }
            return try zip(keys, candidates).map { key, candidate in
                guard let conversation = found[key] else {
                    throw MsgError(.conflict, "There is another conversation with this id already.")
                }
                // Of a pair that is twice in a call only the first is new.
                return (conversation, conversation.id == candidate.id && created.remove(candidate.id) != nil)
            }
        }
    }

    func insertGroup(_ conversation: Conversation) async throws {
        var group = conversation
        group.isDirect = false
        let document = group.document
        try await database.perform { connection in
            try Self.requireUsers(conversation.participants, connection)
            guard try connection.insert([document], into: .conversations).duplicates.isEmpty else {
                throw MsgError(.conflict, "There is another conversation with this id already.")
            }
        }
    }

    func conversation(_ id: Conversation.ID) async throws -> Conversation? {
        try await finder.document(id).map { try Conversation($0) }
    }

    func rename(_ id: Conversation.ID, to name: String, at instant: Date) async throws -> Conversation? {
        try await database.perform { connection in
            try connection.findAndUpdate(
                in: .conversations, Self.group(id),
                [
                    "$set": [
                        "name": .string(name), "nameKey": .string(TextFolding.fold(name)),
                        "updatedAt": .date(instant),
                    ]
                ]
            ).map { try Conversation($0) }
        }
    }

    func addParticipants(
        _ users: [User.ID], to id: Conversation.ID, at instant: Date
    ) async throws -> Conversation? {
        try await database.perform { connection in
            guard try Self.stored(id, connection) != nil else { return nil }
            try Self.requireUsers(users, connection)
            let joining = Joining(users: users, instant: instant)
            guard
                let changed = try connection.findAndUpdate(
                    in: .conversations, Self.group(id).appending("$expr", joining.condition), joining.change)
            else {
                guard try Self.stored(id, connection) != nil else { return nil }
                throw MsgError(.conflict, "A group has at most \(Conversation.maximumParticipants) participants.")
            }
            try joining.catchUp(in: id, connection)
            return try Conversation(changed)
        }
    }

    func removeParticipant(
        _ user: User.ID, from id: Conversation.ID, at instant: Date
    ) async throws -> Conversation? {
        try await database.perform { connection in
            let condition = Self.group(id).appending("participants", .id(user))
            let change: BSON = [
                "$pull": ["participants": .id(user), "joined": ["user": .id(user)]],
                "$inc": ["membership": 1], "$set": ["updatedAt": .date(instant)],
            ]
            guard let changed = try connection.findAndUpdate(in: .conversations, condition, change) else {
                return try Self.stored(id, connection)
            }
            do {
                _ = try connection.updateMany(
                    in: .messages, ["unreadBy": .id(user), "conversation": .id(id)],
                    ["$pull": ["unreadBy": .id(user)]])
            } catch {
                // They have left, and what stays behind is never counted: who comes back counts from then on.
                database.logger.debug(
                    "unread marks of one who left stay behind", metadata: ["error": "\(String(reflecting: error))"])
            }
            return try Conversation(changed)
        }
    }

    private static func group(_ id: Conversation.ID) -> BSONDocument { ["_id": .id(id), "isDirect": false] }

    private static func stored(_ id: Conversation.ID, _ connection: MongoConnection) throws -> Conversation? {
        try connection.first(in: .conversations, group(id)).map { try Conversation($0) }
    }

    private static func direct(
        _ keys: [DirectKey], _ connection: MongoConnection
    ) throws -> [DirectKey: Conversation] {
        let texts = Set(keys.map(\.text)).map { BSON.string($0) }
        var found: [DirectKey: Conversation] = [:]
        for document in try connection.find(in: .conversations, ["directKey": ["$in": .array(texts)]]) {
            let conversation = try Conversation(document)
            if let key = DirectKey(conversation.participants) { found[key] = conversation }
        }
        return found
    }

    private static func requireUsers(_ ids: [User.ID], _ connection: MongoConnection) throws {
        let distinct = Set(ids)
        guard !distinct.isEmpty else { return }
        let found = try connection.find(
            in: .users, ["_id": ["$in": .ids(distinct)]], FindOptions(projection: ["_id": 1]))
        guard found.count == distinct.count else { throw MsgError(.userNotFound, "There is no such user.") }
    }
}

extension Conversation {
    fileprivate var asDirect: Conversation {
        var conversation = self
        conversation.isDirect = true
        conversation.name = nil
        return conversation
    }
}
