import Foundation
import MsgKit

/// Keeps a conversation's last message the newest one that is not deleted.
///
/// Two documents can't change in one step. A message is stored or deleted first, its conversation after; each of the
/// two rules below holds however the steps of several writers interleave.
enum LastMessage {
    private static let maximumTries = 20

    /// The update that makes a message its conversation's last. It matches nothing when there is a newer one, or when
    /// who takes part is not as it was read any more.
    static func raise(to newest: MessagePlace, in conversation: ConversationState) -> MongoConnection.Update {
        let (id, at) = (BSON.id(newest.id), BSON.date(newest.createdAt))
        var set: BSONDocument = ["lastMessage": id, "lastMessageAt": at, "activityAt": at]
        // Some message that exists: what is newer is not the conversation's first.
        if conversation.early == nil { set.append("early", ["message": id, "at": at]) }
        return MongoConnection.Update(
            filter: [
                "_id": .id(conversation.id), "membership": .optional(conversation.membership.version) { .int64($0) },
                "$or": [
                    ["lastMessageAt": ["$lt": at]], ["lastMessageAt": at, "lastMessage": ["$lt": id]],
                    ["lastMessageAt": .null],
                ],
            ],
            change: ["$set": .document(set), "$max": ["updatedAt": at]])
    }

    /// Looks for the newest message left when a conversation's last one is gone.
    ///
    /// After it has put the newest it knows in the place it looks again. What was stored before that is seen then; what
    /// is stored later compares itself with what stands there and raises it.
    static func settle(
        _ conversation: Conversation.ID, ifLast gone: Message.ID, at instant: Date, _ connection: MongoConnection
    ) throws {
        var expected: Message.ID? = gone
        for _ in 0..<maximumTries {
            let newest = try newest(in: conversation, connection)
            if newest?.id == expected, expected != gone { return }
            guard
                let stored = try connection.first(
                    in: .conversations,
                    ["_id": .id(conversation), "lastMessage": .optional(expected) { .id($0) }],
                    projection: ["createdAt": 1])
            else { return }
            let createdAt = try Conversation(stored).createdAt
            let at = BSON.optional(newest?.createdAt) { .date($0) }
            let outcome = try connection.updateOne(
                in: .conversations, ["_id": .id(conversation), "lastMessage": .optional(expected) { .id($0) }],
                [
                    "$set": [
                        "lastMessage": .optional(newest?.id) { .id($0) }, "lastMessageAt": at,
                        "activityAt": .date(newest?.createdAt ?? createdAt),
                    ],
                    "$max": ["updatedAt": .date(instant)],
                ])
            guard outcome.matched > 0 else { return }
            expected = newest?.id
        }
        throw MsgError(.serverBusy, "The conversation is too busy; try again.")
    }

    private static func newest(in conversation: Conversation.ID, _ connection: MongoConnection) throws -> MessagePlace?
    {
        let found = try connection.first(
            in: .messages, ["conversation": .id(conversation), "isDeleted": ["$ne": true]],
            projection: ["createdAt": 1], sort: ["createdAt": -1, "_id": -1])
        guard let found else { return nil }
        let reader = DocumentReader(found, in: .messages)
        let id: Message.ID = try reader.required("_id", try reader.id("_id"))
        return MessagePlace(createdAt: try reader.date("createdAt") ?? id.instant, id: id)
    }
}
