/// What the application registered with a namespace.
struct NamespaceHandlers: Sendable {
    var middlewares: [Namespace.Middleware] = []
    var events: [String: Namespace.EventHandler] = [:]
    var listeners: [Namespace.EventHandler] = []
    var fallback: Namespace.EventHandler?
    var connection: (@Sendable (Socket) async -> Void)?
    var disconnecting: (@Sendable (Socket, DisconnectReason, [String]) async -> Void)?
    var disconnection: (@Sendable (Socket, DisconnectReason) async -> Void)?
    var serverSide: [String: Namespace.ServerSideHandler] = [:]
    var error: (@Sendable (Socket, SocketEvent, any Error) async -> Void)?
}
