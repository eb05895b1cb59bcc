import Foundation
import MsgKit

/// What storing a message needs to know of its conversation.
struct ConversationState: Sendable {
    var id: Conversation.ID
    var membership: Membership
    /// A message of it that exists, one of the first.
    var early: MessagePlace?
    var last: MessagePlace?

    static let fields = Membership.fields.appending("early", 1).appending("lastMessage", 1)
        .appending("lastMessageAt", 1)

    init(_ document: BSONDocument) throws {
        let reader = DocumentReader(document, in: .conversations)
        id = try reader.required("_id", try reader.id("_id"))
        membership = try Membership(document)
        if let early = try reader.reader("early"), let message: Message.ID = try early.id("message"),
            let at = try early.date("at")
        {
            self.early = MessagePlace(createdAt: at, id: message)
        }
        if let message: Message.ID = try reader.id("lastMessage"), let at = try reader.date("lastMessageAt") {
            last = MessagePlace(createdAt: at, id: message)
        }
    }
}
