import Foundation
import MsgKit

extension MigrationRun {
    /// Gives messages the people who have not read them, and a place in the order of changes.
    func completeMessages() throws {
        try forEachBatch(
            in: .messages, ["changedAt": ["$exists": false]],
            fields: ["conversation": 1, "sender": 1, "readBy": 1, "isDeleted": 1]
        ) { batch in
            let conversations = Set(batch.compactMap { $0["conversation"]?.identifier(of: Conversation.self) })
            let found = try connection.find(
                in: .conversations, ["_id": ["$in": .ids(conversations)]], FindOptions(projection: ["participants": 1]))
            var participants: [Conversation.ID: [User.ID]] = [:]
            for (id, people) in try connection.readable(found, Self.participants) { participants[id] = people }
            // What can't be read gets no place in the order of changes, and so is not looked for by search.
            let updates = try connection.readable(batch) { document in
                let reader = DocumentReader(document, in: .messages)
                let id: Message.ID = try reader.required("_id", try reader.id("_id"))
                let people = try reader.id("conversation", of: Conversation.self).flatMap { participants[$0] } ?? []
                var done = Set(try reader.readers("readBy").compactMap { try $0.id("user", of: User.self) })
                if let sender: User.ID = try reader.id("sender") { done.insert(sender) }
                let isDeleted = try reader.bool("isDeleted") ?? false
                return MongoConnection.Update(
                    filter: ["_id": .id(id), "changedAt": ["$exists": false]],
                    change: [
                        "$set": ["unreadBy": .ids(isDeleted ? [] : people.filter { !done.contains($0) })],
                        "$currentDate": MessageDocument.change,
                    ])
            }
            _ = try connection.update(updates, in: .messages)
        }
    }

    private static func participants(_ document: BSONDocument) throws -> (Conversation.ID, [User.ID]) {
        let reader = DocumentReader(document, in: .conversations)
        return (try reader.required("_id", try reader.id("_id")), try reader.ids("participants"))
    }
}
