import Foundation
import MsgKit

/// One conversation as the comments of ``MessageStore`` and ``ConversationOverview`` have it, in the simplest form.
struct MessageModel {
    let conversation: Conversation.ID
    /// Never goes back.
    var now: Date
    /// Since when each participant takes part.
    var joined: [User.ID: Date]
    /// In their order.
    var messages: [Message] = []

    init(_ conversation: Conversation) {
        self.conversation = conversation.id
        now = conversation.createdAt.later(by: .milliseconds(1))
        joined = Dictionary(uniqueKeysWithValues: conversation.participants.map { ($0, conversation.createdAt) })
    }

    var visible: [Message] { messages.filter { !$0.isDeleted } }

    func unreadCount(of user: User.ID) -> Int {
        guard let since = joined[user] else { return 0 }
        return visible.count { message in
            message.sender != user && message.createdAt >= since && !message.readBy.contains { $0.user == user }
        }
    }

    mutating func read(_ id: Message.ID, by user: User.ID, at instant: Date) -> Bool {
        guard let index = messages.firstIndex(where: { $0.id == id }) else { return false }
        let message = messages[index]
        if message.isDeleted || message.sender == user || message.readBy.contains(where: { $0.user == user }) {
            return false
        }
        messages[index].readBy.append(ReadReceipt(user: user, readAt: instant))
        return true
    }

    mutating func delete(_ id: Message.ID, at instant: Date) -> Message? {
        guard let index = messages.firstIndex(where: { $0.id == id }) else { return nil }
        if !messages[index].isDeleted {
            messages[index].content = ""
            messages[index].isDeleted = true
            messages[index].deletedAt = instant
            messages[index].updatedAt = instant
        }
        return messages[index]
    }

    func page(_ cursor: MessageCursor, limit: Int) -> MessagePage {
        let (all, range): ([Message], Range<Int>)
        switch cursor {
        case .newest:
            (all, range) = (visible, max(0, visible.count - limit)..<visible.count)
        case .before(let id):
            let end = messages.prefix { $0.id != id }.count { !$0.isDeleted }
            (all, range) = (visible, max(0, end - limit)..<end)
        case .after(let id):
            let rest = messages.drop { $0.id != id }.dropFirst().count { !$0.isDeleted }
            let start = visible.count - rest
            (all, range) = (visible, start..<min(visible.count, start + limit))
        }
        return MessagePage(
            messages: Array(all[range]), hasOlder: range.lowerBound > 0, hasNewer: range.upperBound < all.count)
    }
}
