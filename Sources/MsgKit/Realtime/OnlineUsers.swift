import Foundation

/// Who is online: the payload of `online_users_list` and `online_users_update`.
public struct OnlineUsers: Sendable, Equatable, Encodable {
    /// How many users a list holds at most; `count` tells of all.
    public static let maximumUsers = 500

    /// One who is online; `userId` and `isOnline` stand beside `id` for the original's clients.
    public struct User: Sendable, Equatable, Encodable {
        public var id: MsgKit.User.ID
        public var userId: MsgKit.User.ID
        public var username: String
        @Nullable public var avatar: String?
        public var isOnline = true
    }

    public var users: [User]
    public var count: Int
    public var timestamp: Date

    public init(users: [UserReference], count: Int, at instant: Date) {
        self.users = users.map { User(id: $0.id, userId: $0.id, username: $0.username, avatar: $0.avatar) }
        self.count = count
        timestamp = instant
    }
}
