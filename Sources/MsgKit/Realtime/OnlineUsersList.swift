/// `online_users_list`: who is online, to the socket that asked.
public struct OnlineUsersList: ServerEvent, Equatable {
    public static let name = "online_users_list"

    public var online: OnlineUsers

    public init(_ online: OnlineUsers) {
        self.online = online
    }

    public func encode(to encoder: any Encoder) throws {
        try online.encode(to: encoder)
    }
}
