import Foundation
import MsgKit

/// A conversation in its participant's list.
struct ConversationAnswer: Encodable, Sendable {
    struct Participant: Encodable, Sendable {
        var id: User.ID
        var username: String
        var avatar: String?
        var isOnline: Bool
        var lastSeen: Date?
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

    private enum CodingKeys: CodingKey {
        case id, name, isDirect, participants, lastMessage, lastMessageAt, unreadCount, createdAt
    }

    var id: Conversation.ID
    var name: String?
    var isDirect: Bool
    var participants: [Participant]
    var lastMessage: LastMessage?
    var lastMessageAt: Date?
    var unreadCount: Int
    var createdAt: Date

    init(_ overview: ConversationOverview) {
        id = overview.conversation.id
        name = overview.conversation.name
        isDirect = overview.conversation.isDirect
        participants = overview.participants.map { listing in
            Participant(
                id: listing.user.id, username: listing.user.username, avatar: listing.user.avatar,
                isOnline: listing.isOnline, lastSeen: listing.user.lastSeen)
        }
        if let message = overview.lastMessage, let sender = overview.lastSender {
            lastMessage = LastMessage(
                id: message.id, content: message.content, sender: Sender(id: sender.id, username: sender.username),
                createdAt: message.createdAt)
        }
        lastMessageAt = overview.conversation.lastMessageAt
        unreadCount = overview.unreadCount
        createdAt = overview.conversation.createdAt
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(isDirect, forKey: .isDirect)
        try container.encode(participants, forKey: .participants)
        // Written even when nil: the contract promises null.
        try container.encode(lastMessage, forKey: .lastMessage)
        try container.encode(lastMessageAt, forKey: .lastMessageAt)
        try container.encode(unreadCount, forKey: .unreadCount)
        try container.encode(createdAt, forKey: .createdAt)
    }
}
