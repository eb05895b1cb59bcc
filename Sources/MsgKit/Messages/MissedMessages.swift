import Foundation

/// Finds the messages that a client missed that knows up to when it was told everything.
///
/// When an event went out is known by a clock, which other processes may have another of, and a message goes out a little
/// after it was stored. Messages from around that instant are therefore only given when it is known of each whether
/// the client has had it.
public struct MissedMessages: Sendable {
    /// How much later than it was stored, in seconds, a message may have been sent.
    public static let sendingDelay: TimeInterval = 10
    /// How far, in seconds, the clocks of two machines may lie apart.
    public static let clockSkew: TimeInterval = 2
    /// Most messages given; who missed more is better off reading its conversations.
    public static let maximumMessages = 500
    private static let pageSize = 100

    private let directory: any ConversationDirectory
    private let messages: any MessageStore
    private let users: any UserStore
    private let clockSkew: TimeInterval

    /// - Parameter isOneMachine: whether all processes that store messages go by one clock.
    public init(
        directory: any ConversationDirectory, messages: any MessageStore, users: any UserStore, isOneMachine: Bool
    ) {
        self.directory = directory
        self.messages = messages
        self.users = users
        clockSkew = isOneMachine ? 0 : Self.clockSkew
    }

    /// What was stored in a user's conversations and not sent to them until an instant, the oldest first.
    ///
    /// - Parameter wasSent: whether a message from around the instant was sent to the client; nil when that isn't known.
    /// - Returns: nil when it can't be told exactly, or there are more than ``maximumMessages``.
    public func messages(
        of user: User.ID, after instant: Date, wasSent: (Message.ID) -> Bool?
    ) async throws -> [MessageReceived]? {
        let earliest = instant.addingTimeInterval(-Self.sendingDelay - clockSkew)
        guard let stored = try await stored(since: earliest, for: user) else { return nil }
        var missed: [Message] = []
        for message in stored {
            switch wasSent(message.id) {
            case .some(true): continue
            case .some(false): missed.append(message)
            case .none:
                guard message.createdAt > instant.addingTimeInterval(clockSkew) else { return nil }
                missed.append(message)
            }
        }
        let senders = try await users.users(Array(Set(missed.map(\.sender))))
        let references = Dictionary(senders.map { ($0.id, $0.reference) }, uniquingKeysWith: { first, _ in first })
        return missed.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.compactMap { message in
            references[message.sender].map { sender in
                MessageReceived(MessageInsertion(message: message, sender: sender, isNew: true, isFirst: false))
            }
        }
    }

    /// nil when there are too many.
    private func stored(since earliest: Date, for user: User.ID) async throws -> [Message]? {
        var found: [Message] = []
        var page = PageRequest(limit: Self.pageSize)
        while true {
            let listing = try await directory.conversations(of: user, page: page)
            // The one with the newest message comes first.
            let recent = listing.items.prefix { ($0.lastMessage?.createdAt ?? .distantPast) >= earliest }
            for overview in recent {
                try await append(to: &found, from: overview.conversation.id, since: earliest)
                guard found.count <= Self.maximumMessages else { return nil }
            }
            guard recent.count == Self.pageSize else { return found }
            page.page += 1
        }
    }

    private func append(
        to found: inout [Message], from conversation: Conversation.ID, since earliest: Date
    ) async throws {
        var cursor = MessageCursor.newest
        while found.count <= Self.maximumMessages {
            let page = try await messages.messages(in: conversation, cursor, limit: Self.pageSize)
            let recent = page.messages.filter { $0.createdAt >= earliest }
            found += recent
            guard recent.count == page.messages.count, page.hasOlder, let oldest = page.messages.first else { return }
            cursor = .before(oldest.id)
        }
    }
}
