import Foundation

/// A message that the pipeline sends in a user's name: planned → queued → sent, or failed.
public struct AutoMessage: Sendable, Equatable {
    /// The delivered message's id is the automatic message's, so that delivering twice stores once.
    public typealias ID = Message.ID

    public var id: ID
    public var content: String
    public var sender: User.ID
    public var receiver: User.ID
    public var conversation: Conversation.ID
    /// When it is due.
    public var sendDate: Date
    public var isQueued: Bool
    public var isSent: Bool
    public var queuedAt: Date?
    public var sentAt: Date?
    /// When it was given up; replaying clears it.
    public var failedAt: Date?
    public var retryCount: Int
    public var errorMessage: String?
    /// When an operator last had it sent again; from then on it is late anew.
    public var replayedAt: Date?
    public var planDate: PlanDate
    public var createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, content: String, sender: User.ID, receiver: User.ID, conversation: Conversation.ID, sendDate: Date,
        isQueued: Bool = false, isSent: Bool = false, queuedAt: Date? = nil, sentAt: Date? = nil,
        failedAt: Date? = nil, retryCount: Int = 0, errorMessage: String? = nil, replayedAt: Date? = nil,
        planDate: PlanDate, createdAt: Date, updatedAt: Date
    ) {
        self.id = id
        self.content = content
        self.sender = sender
        self.receiver = receiver
        self.conversation = conversation
        self.sendDate = sendDate
        self.isQueued = isQueued
        self.isSent = isSent
        self.queuedAt = queuedAt
        self.sentAt = sentAt
        self.failedAt = failedAt
        self.retryCount = retryCount
        self.errorMessage = errorMessage
        self.replayedAt = replayedAt
        self.planDate = planDate
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// From when on its lateness counts.
    public var lateSince: Date { replayedAt ?? sendDate }
}
