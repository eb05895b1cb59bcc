import Foundation

/// `user_offline`: a user's last socket has closed.
public struct UserOffline: ServerEvent, Equatable {
    public static let name = "user_offline"

    public var userId: User.ID
    public var username: String
    public var timestamp: Date

    public init(_ user: UserReference, at instant: Date) {
        userId = user.id
        username = user.username
        timestamp = instant
    }
}
