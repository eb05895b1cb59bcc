import Foundation

/// `user_online`: a user's first socket has opened.
public struct UserOnline: ServerEvent, Equatable {
    public static let name = "user_online"

    public var userId: User.ID
    public var username: String
    public var timestamp: Date

    public init(_ user: UserReference, at instant: Date) {
        userId = user.id
        username = user.username
        timestamp = instant
    }
}
