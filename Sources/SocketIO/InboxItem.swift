/// What waits for a socket's handlers.
enum InboxItem: Sendable {
    case connected
    case event(SocketEvent)
    /// The last one.
    case disconnected(DisconnectReason)
}
