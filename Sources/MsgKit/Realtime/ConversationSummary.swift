import Foundation

/// A conversation as events and the answers to its changes show it.
public struct ConversationSummary: Sendable, Equatable, Encodable {
    public var id: Conversation.ID
    public var participants: [UserReference]
    @Nullable public var name: String?
    public var isDirect: Bool
    @Nullable public var createdBy: User.ID?
    public var createdAt: Date
    public var updatedAt: Date

    public init(_ conversation: Conversation, participants: [UserReference]) {
        id = conversation.id
        self.participants = participants
        _name = Nullable(wrappedValue: conversation.name)
        isDirect = conversation.isDirect
        _createdBy = Nullable(wrappedValue: conversation.createdBy)
        createdAt = conversation.createdAt
        updatedAt = conversation.updatedAt
    }
}
