import Foundation
import MsgKit

extension Message {
    init(_ document: BSONDocument) throws {
        let reader = DocumentReader(document, in: .messages)
        let id: Message.ID = try reader.required("_id", try reader.id("_id"))
        let createdAt = try reader.date("createdAt") ?? id.instant
        self.init(
            id: id, content: try reader.string("content") ?? "",
            sender: try reader.required("sender", try reader.id("sender")),
            conversation: try reader.required("conversation", try reader.id("conversation")),
            readBy: try reader.readers("readBy").compactMap { entry in
                guard let user: User.ID = try entry.id("user") else { return nil }
                return ReadReceipt(user: user, readAt: try entry.date("readAt") ?? createdAt)
            },
            messageType: try reader.choice("messageType") ?? .user,
            clientMessageID: try reader.string("clientMessageId"), isDeleted: try reader.bool("isDeleted") ?? false,
            deletedAt: try reader.date("deletedAt"), createdAt: createdAt,
            updatedAt: try reader.date("updatedAt") ?? createdAt)
    }

    /// The names of the fields are the original's, but for `clientMessageId`, `unreadBy` and `changedAt`.
    func document(unreadBy people: [User.ID]) -> BSONDocument {
        var document: BSONDocument = [
            "_id": .id(id), "content": .string(content), "sender": .id(sender), "conversation": .id(conversation),
            "readBy": .array(readBy.map { ["user": .id($0.user), "readAt": .date($0.readAt)] }),
            "messageType": .string(messageType.rawValue), "isDeleted": .bool(isDeleted),
            "createdAt": .date(createdAt), "updatedAt": .date(updatedAt), "unreadBy": .ids(people),
            "changedAt": .timestamp(.unset),
        ]
        document.append("clientMessageId", clientMessageID) { .string($0) }
        document.append("deletedAt", deletedAt) { .date($0) }
        return document
    }
}

/// What is common to the documents of messages.
enum MessageDocument {
    /// Gives a message its place in the order of changes, to go with `$currentDate`.
    static let change: BSON = ["changedAt": ["$type": "timestamp"]]
}
