/// What waits for a socket's handlers.
enum InboxItem: Sendable {
    case connected
    case event(SocketEvent)
    /// Followed by `disconnected`. Only for namespaces that want to know.
    case disconnecting(DisconnectReason, rooms: [String])
    /// The last one.
    case disconnected(DisconnectReason)
}
