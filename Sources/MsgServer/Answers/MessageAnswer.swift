import Foundation
import MsgKit

/// A message in a conversation's history or among search hits.
struct MessageAnswer: Encodable, Sendable {
    struct Sender: Encodable, Sendable {
        var _id: User.ID
        var id: User.ID
        var username: String
        @Nullable var avatar: String?
    }

    var _id: Message.ID
    var id: Message.ID
    var content: String
    /// Nil when the account is gone.
    @Nullable var sender: Sender?
    var conversation: Conversation.ID
    var readBy: [ReadReceipt]
    var messageType: MessageType
    var isDeleted: Bool
    var createdAt: Date
    var updatedAt: Date
    /// Of a search hit: a fragment as HTML, what matched in `<em>`.
    var highlight: String?

    init(_ message: Message, sender: UserReference?, highlight: String? = nil) {
        _id = message.id
        id = message.id
        content = message.content
        _sender = Nullable(
            wrappedValue: sender.map { Sender(_id: $0.id, id: $0.id, username: $0.username, avatar: $0.avatar) })
        conversation = message.conversation
        readBy = message.readBy
        messageType = message.messageType
        isDeleted = message.isDeleted
        createdAt = message.createdAt
        updatedAt = message.updatedAt
        self.highlight = highlight
    }
}
