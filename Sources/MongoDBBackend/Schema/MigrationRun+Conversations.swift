import Foundation
import Logging
import MsgKit

extension MigrationRun {
    /// Gives conversations what their lists are sorted and searched by, and direct ones the key of their pair.
    func completeConversations() throws {
        let fields: BSONDocument = [
            "name": 1, "isDirect": 1, "participants": 1, "lastMessageAt": 1, "createdAt": 1,
        ]
        try forEachBatch(in: .conversations, ["activityAt": ["$exists": false]], fields: fields) { batch in
            _ = try connection.update(
                try connection.readable(batch) { document in
                    let conversation = try Conversation(document)
                    var set: BSONDocument = [
                        "activityAt": .date(conversation.lastMessageAt ?? conversation.createdAt)
                    ]
                    set.append("nameKey", conversation.name) { .string(TextFolding.fold($0)) }
                    if document["isDirect"] == nil { set.append("isDirect", .bool(conversation.isDirect)) }
                    return MongoConnection.Update(
                        filter: ["_id": .id(conversation.id), "activityAt": ["$exists": false]],
                        change: ["$set": .document(set)])
                }, in: .conversations)
        }
        try forEachBatch(
            in: .conversations, ["isDirect": true, "directKey": ["$exists": false]],
            fields: fields.appending("activityAt", 1)
        ) { batch in
            for conversation in try connection.readable(batch, { try Conversation($0) }) {
                try giveKey(to: conversation)
            }
        }
    }

    /// Of several direct conversations of a pair the one that was used last gets the key, and is the one that is found;
    /// the others stay in their people's lists.
    private func giveKey(to conversation: Conversation) throws {
        guard let key = DirectKey(conversation.participants)?.text else { return }
        let activity = BSON.date(conversation.lastMessageAt ?? conversation.createdAt)
        let change: BSON = ["$set": ["directKey": .string(key)]]
        let own: BSONDocument = ["_id": .id(conversation.id)]
        let older: BSONDocument = ["directKey": .string(key), "activityAt": ["$lt": activity]]
        guard try !connection.updateOne(in: .conversations, own, change).duplicates.isEmpty else { return }
        // Again while it is one of less use that has the key: another process may give it away at the same time.
        while try connection.updateOne(in: .conversations, older, ["$unset": ["directKey": ""]]).modified > 0 {
            guard try !connection.updateOne(in: .conversations, own, change).duplicates.isEmpty else { break }
        }
        logger.warning(
            "two people have several direct conversations; the one that was used last is theirs",
            metadata: ["one": "\(conversation.id)"])
    }
}
