import Foundation

/// `user_typing`: somebody is writing in a conversation.
public struct UserTyping: ServerEvent, Equatable {
    public static let name = "user_typing"
    public static let isVolatile = true

    public var userId: User.ID
    public var username: String
    public var conversationId: Conversation.ID
    public var timestamp: Date

    public init(_ user: UserReference, in conversation: Conversation.ID, at instant: Date) {
        userId = user.id
        username = user.username
        conversationId = conversation
        timestamp = instant
    }
}
