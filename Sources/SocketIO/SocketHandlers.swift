import Synchronization

/// What the application registered with one socket. Kept apart from the socket, because most have none.
final class SocketHandlers: Sendable {
    struct Registration: Sendable {
        let handler: Namespace.EventHandler
        let isOnce: Bool
    }

    struct Table: Sendable {
        var middlewares: [Namespace.EventHandler] = []
        var events: [String: Registration] = [:]
        var listeners: [Namespace.EventHandler] = []
        var outgoing: [Socket.OutgoingListener] = []
    }

    private let registered = Mutex(Table())

    func withLock<Value: Sendable>(_ body: (inout Table) -> Value) -> Value {
        registered.withLock { body(&$0) }
    }
}
