import Foundation

/// An automatic message in the queue; the body of the queue's messages.
public struct DeliveryJob: Sendable, Equatable, Codable {
    private enum CodingKeys: CodingKey {
        case id, senderId, receiverId, content, conversationId, sendDate, retryCount, timestamp, attempts
    }

    public var id: AutoMessage.ID
    public var senderId: User.ID
    public var receiverId: User.ID
    public var content: String
    public var conversationId: Conversation.ID
    public var sendDate: Date
    /// Tries that failed.
    public var retryCount: Int
    /// When it was published.
    public var timestamp: Date
    /// What became of the last tries that failed; replaying keeps it. Not in the body when there are none.
    public var history: DeliveryHistory
    /// Of the run that queued it; beside the body, not in it. A queue keeps it with the job, through retries; a
    /// dead letter is without.
    public var requestID: RequestID?

    public init(
        id: AutoMessage.ID, senderId: User.ID, receiverId: User.ID, content: String, conversationId: Conversation.ID,
        sendDate: Date, retryCount: Int, timestamp: Date, history: DeliveryHistory = DeliveryHistory(),
        requestID: RequestID? = nil
    ) {
        self.id = id
        self.senderId = senderId
        self.receiverId = receiverId
        self.content = content
        self.conversationId = conversationId
        self.sendDate = sendDate
        self.retryCount = retryCount
        self.timestamp = timestamp
        self.history = history
        self.requestID = requestID
    }

    public init(_ message: AutoMessage, at instant: Date) {
        self.init(
            id: message.id, senderId: message.sender, receiverId: message.receiver, content: message.content,
            conversationId: message.conversation, sendDate: message.sendDate, retryCount: message.retryCount,
            timestamp: instant, requestID: .current)
    }

    /// The tries that failed, the oldest first; at most ``DeliveryHistory/maximumAttempts``.
    public var attempts: [DeliveryAttempt] { history.attempts }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decode(AutoMessage.ID.self, forKey: .id),
            senderId: try container.decode(User.ID.self, forKey: .senderId),
            receiverId: try container.decode(User.ID.self, forKey: .receiverId),
            content: try container.decode(String.self, forKey: .content),
            conversationId: try container.decode(Conversation.ID.self, forKey: .conversationId),
            sendDate: try container.decode(Date.self, forKey: .sendDate),
            retryCount: try container.decode(Int.self, forKey: .retryCount),
            timestamp: try container.decode(Date.self, forKey: .timestamp),
            history: try container.decodeIfPresent(DeliveryHistory.self, forKey: .attempts) ?? DeliveryHistory())
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(senderId, forKey: .senderId)
        try container.encode(receiverId, forKey: .receiverId)
        try container.encode(content, forKey: .content)
        try container.encode(conversationId, forKey: .conversationId)
        try container.encode(sendDate, forKey: .sendDate)
        try container.encode(retryCount, forKey: .retryCount)
        try container.encode(timestamp, forKey: .timestamp)
        // A body without is exactly the contract's, which others read.
        if !attempts.isEmpty { try container.encode(history, forKey: .attempts) }
    }
}
