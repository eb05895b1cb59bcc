/// What handlers are registered with: a ``Namespace``, or a ``ParentNamespace`` on behalf of all of its children.
///
/// Handlers may be registered at any time, and count from then on. They are async and run outside the event loops: events
/// of one socket one after the other in the order in which they came, those of different sockets at the same time.
public protocol HandlerRegistration: Sendable {
    /// Where they are kept.
    var handlers: HandlerTable { get }
}

extension HandlerRegistration {
    /// Adds a check of new sockets. Checks run in the order in which they were added, before the client is told that it is
    /// connected; rooms joined in one are effective from that moment on. Those of a parent run before a child's own.
    ///
    /// - Parameter middleware: throws ``ConnectError`` to refuse the socket. Any other error is logged, and the client is
    ///   refused with `{"message":"Internal error"}`.
    public func use(_ middleware: @escaping Namespace.Middleware) {
        handlers.withLock { $0.middlewares.append(middleware) }
    }

    /// Handles an event; a later handler of the same name replaces the earlier one. One of the socket itself
    /// (``Socket/on(_:_:)``) comes before one of its namespace, and that before one of the namespace's parent.
    ///
    /// For what the JavaScript server calls `connection`, `disconnecting` and `disconnect` there are ``onConnection(_:)``,
    /// ``onDisconnecting(_:)`` and ``onDisconnect(_:)``; a handler of the name `connection` is one of an event that a client
    /// may send.
    ///
    /// - Precondition: the name is none of those that no client may send: `connect`, `connect_error`, `disconnect`,
    ///   `disconnecting`, `newListener`, `removeListener`.
    public func on(_ event: String, _ handler: @escaping Namespace.EventHandler) {
        ReservedEvents.preconditionIsFree(event)
        handlers.withLock { $0.events[event] = handler }
    }

    /// Sees every event before its handler does, whether it has one or not. Any number may be added; what one throws is an
    /// error of the event, whose handler is then not called.
    public func onAny(_ listener: @escaping Namespace.EventHandler) {
        handlers.withLock { $0.listeners.append(listener) }
    }

    /// Handles events that have no handler of their own; a later one replaces the earlier. Without it they are ignored.
    public func onUnhandled(_ handler: @escaping Namespace.EventHandler) {
        handlers.withLock { $0.fallback = handler }
    }

    /// Called when a client was told that it is connected, before any of its events. Any number may be added;
    /// they run one after the other, a parent's before a child's own.
    public func onConnection(_ handler: @escaping @Sendable (Socket) async -> Void) {
        handlers.withLock { $0.connections.append(handler) }
    }

    /// Called for each socket that was connected, after its pending events and before `onDisconnect`. The socket is still
    /// in its rooms, which are passed without the one of its own id; nothing reaches it any more. Any number may be added.
    public func onDisconnecting(_ handler: @escaping @Sendable (Socket, DisconnectReason, [String]) async -> Void) {
        handlers.withLock { $0.disconnectings.append(handler) }
    }

    /// Called last for each socket that was connected, after its pending events. It is in no room any more. Any
    /// number may be added.
    public func onDisconnect(_ handler: @escaping @Sendable (Socket, DisconnectReason) async -> Void) {
        handlers.withLock { $0.disconnections.append(handler) }
    }

    /// Called with what an event's middleware, listener or handler threw; a later one replaces the earlier. Without
    /// it errors are logged.
    public func onError(_ handler: @escaping @Sendable (Socket, SocketEvent, any Error) async -> Void) {
        handlers.withLock { $0.error = handler }
    }
}
