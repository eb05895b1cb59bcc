/// What a client may emit. `docs/security.md` says of each who may.
enum ClientEvent: String, Sendable, CaseIterable {
    case joinRoom = "join_room"
    case leaveRoom = "leave_room"
    case sendMessage = "send_message"
    case typingStart = "typing_start"
    case typingStop = "typing_stop"
    case messageRead = "message_read"
    case getOnlineUsers = "get_online_users"
    case authRefresh = "auth_refresh"
}
