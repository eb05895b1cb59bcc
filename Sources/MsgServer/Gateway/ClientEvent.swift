/// The events that clients send.
enum ClientEvent: String, CaseIterable, Sendable {
    case joinRoom = "join_room"
    case leaveRoom = "leave_room"
    case sendMessage = "send_message"
    case typingStart = "typing_start"
    case typingStop = "typing_stop"
    case messageRead = "message_read"
    case getOnlineUsers = "get_online_users"
    case authRefresh = "auth_refresh"
}
