import Foundation
import MsgKit
import Testing

/// A system of record with the means to fill it.
struct Stage {
    let backend: any RecordsUnderTest
    let make: Fixtures

    init(_ backend: any RecordsUnderTest) {
        self.backend = backend
        make = Fixtures(start: backend.clock.now)
    }

    /// The same instants and ids on another instance.
    init(_ backend: any RecordsUnderTest, make: Fixtures) {
        self.backend = backend
        self.make = make
    }

    /// The instant so many seconds after the start.
    func second(_ number: Int) -> Date { make.instant(.seconds(number)) }

    func user(_ username: String, isActive: Bool = true, autoMessages: Bool = true) async throws -> User {
        let user = make.user(username, isActive: isActive, autoMessages: autoMessages)
        try await backend.users.insert(user)
        return user
    }

    func users(_ count: Int) async throws -> [User] {
        var users: [User] = []
        for number in 0..<count { users.append(try await user("user_\(number)")) }
        return users
    }

    func direct(_ first: User, _ second: User, at instant: Date? = nil) async throws -> Conversation {
        let made = try await backend.conversations.findOrCreateDirect([make.direct(first.id, second.id, at: instant)])
        return try #require(made.first).conversation
    }

    func group(_ participants: [User], name: String = "A group", at instant: Date? = nil) async throws -> Conversation {
        let group = make.group(participants.map(\.id), name: name, at: instant)
        try await backend.conversations.insertGroup(group)
        return group
    }

    @discardableResult
    func say(
        _ content: String = "Hello", by sender: User, in conversation: Conversation, at instant: Date? = nil
    ) async throws -> Message {
        let message = make.message(content, by: sender.id, in: conversation.id, at: instant)
        return try await backend.messages.insert(message).message
    }

    /// So many messages, always `perInstant` of them with the same instant.
    func history(
        of count: Int, perInstant: Int = 1, by senders: [User], in conversation: Conversation
    ) async throws -> [Message] {
        var messages: [Message] = []
        for number in 0..<count {
            messages.append(
                try await say(
                    "Message \(number)", by: senders[number % senders.count], in: conversation,
                    at: make.instant(.milliseconds(number / perInstant))))
        }
        return messages
    }

    /// What the user sees of a conversation that they take part in.
    func overview(
        _ conversation: Conversation, for user: User, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ConversationOverview {
        try #require(
            try await backend.directory.conversation(conversation.id, asSeenBy: user.id),
            "a participant sees their conversation", sourceLocation: sourceLocation)
    }

    /// A complete plan with these messages.
    func completePlan(of messages: [AutoMessage], date: PlanDate? = nil) async throws {
        try await backend.complete(make.plan(date: date), of: messages, under: make.lease(token: 1))
    }
}
