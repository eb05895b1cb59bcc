/// `online_users_update`: who is online, after somebody came or went.
public struct OnlineUsersUpdate: ServerEvent, Equatable {
    public static let name = "online_users_update"

    public var online: OnlineUsers

    public init(_ online: OnlineUsers) {
        self.online = online
    }

    public func encode(to encoder: any Encoder) throws {
        try online.encode(to: encoder)
    }
}
