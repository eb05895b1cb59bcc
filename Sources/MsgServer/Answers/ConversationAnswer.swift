import Foundation
import MsgKit

/// A conversation in its participant's list.
struct ConversationAnswer: Encodable, Sendable {
    struct Participant: Encodable, Sendable {
        var id: User.ID
        var username: String
        @Nullable var avatar: String?
        var isOnline: Bool
        @Nullable var lastSeen: Date?
    }

    struct Sender: Encodable, Sendable {
        var id: User.ID
        var username: String
    }

    struct LastMessage: Encodable, Sendable {
        var id: Message.ID
        var content: String
        var sender: Sender
        var createdAt: Date
    }

    var id: Conversation.ID
    @Nullable var name: String?
    var isDirect: Bool
    var participants: [Participant]
    @Nullable var lastMessage: LastMessage?
    @Nullable var lastMessageAt: Date?
    var unreadCount: Int
    /// Whoever made it, who alone beside moderators may change a group; `null` where the pipeline did.
    @Nullable var createdBy: User.ID?
    var createdAt: Date

    init(_ listing: ConversationListing) {
        let overview = listing.overview
        id = overview.conversation.id
        _name = Nullable(wrappedValue: overview.conversation.name)
        isDirect = overview.conversation.isDirect
        participants = listing.participants.map { listing in
            Participant(
                id: listing.user.id, username: listing.user.username, avatar: listing.user.avatar,
                isOnline: listing.isOnline, lastSeen: listing.user.lastSeen)
        }
        var last: LastMessage?
        if let message = overview.lastMessage, let sender = overview.lastSender {
            last = LastMessage(
                id: message.id, content: message.content, sender: Sender(id: sender.id, username: sender.username),
                createdAt: message.createdAt)
        }
        _lastMessage = Nullable(wrappedValue: last)
        _lastMessageAt = Nullable(wrappedValue: overview.conversation.lastMessageAt)
        unreadCount = overview.unreadCount
        _createdBy = Nullable(wrappedValue: overview.conversation.createdBy)
        createdAt = overview.conversation.createdAt
    }
}
