import Foundation

/// `user_stop_typing`: somebody has stopped writing in a conversation.
public struct UserStopTyping: ServerEvent, Equatable {
    public static let name = "user_stop_typing"

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
