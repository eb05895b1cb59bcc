/// What the application registered with a namespace.
struct NamespaceHandlers: Sendable {
    var middlewares: [Namespace.Middleware] = []
    var events: [String: Namespace.EventHandler] = [:]
    var listeners: [Namespace.EventHandler] = []
    var fallback: Namespace.EventHandler?
    var connections: [@Sendable (Socket) async -> Void] = []
    var disconnectings: [@Sendable (Socket, DisconnectReason, [String]) async -> Void] = []
    var disconnections: [@Sendable (Socket, DisconnectReason) async -> Void] = []
    var serverSide: [String: Namespace.ServerSideHandler] = [:]
    var error: (@Sendable (Socket, SocketEvent, any Error) async -> Void)?
}
