import Foundation
import MsgKit

@testable import SQLiteBackend

/// People and conversations to test with.
enum Samples {
    static let ids = ObjectIdentifierGenerator()
    static let start = Date(millisecondsSince1970: 1_750_000_000_000)

    static func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds).wholeMilliseconds }

    static func user(_ name: String) -> User {
        User(
            id: ids.next(User.self), username: name, email: "\(name.lowercased())@example.org", passwordHash: "",
            createdAt: start, updatedAt: start)
    }

    static func message(
        _ content: String, from sender: User.ID, in conversation: Conversation.ID, at instant: Date = start
    ) -> Message {
        Message(
            id: ids.next(Message.self), content: content, sender: sender, conversation: conversation,
            createdAt: instant, updatedAt: instant)
    }

    static func job(_ content: String = "Hello") -> DeliveryJob {
        DeliveryJob(
            id: ids.next(Message.self), senderId: ids.next(User.self), receiverId: ids.next(User.self),
            content: content,
            conversationId: ids.next(Conversation.self), sendDate: start, retryCount: 0, timestamp: start)
    }
}

extension SQLiteBackend {
    func addUsers(_ names: [String]) async throws -> [User.ID] {
        var ids: [User.ID] = []
        for name in names {
            let user = Samples.user(name)
            try await users.insert(user)
            ids.append(user.id)
        }
        return ids
    }

    func addGroup(_ participants: [User.ID], name: String = "Group") async throws -> Conversation.ID {
        let group = Conversation(
            id: Samples.ids.next(Conversation.self), participants: participants, name: name, isDirect: false,
            createdBy: participants.first, createdAt: Samples.start, updatedAt: Samples.start)
        try await conversations.insertGroup(group)
        return group.id
    }
}
