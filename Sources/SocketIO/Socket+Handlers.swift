/// Handlers of one socket, in addition to those of its namespace.
extension Socket {
    /// Adds a check of this socket's events, run before anything else. One that throws keeps the event from its listeners
    /// and its handler, and goes to the namespace's `onError`.
    public func use(_ middleware: @escaping Namespace.EventHandler) {
        makeOwnHandlers().withLock { $0.middlewares.append(middleware) }
    }

    /// Handles an event of this socket only, instead of the namespace's handler. A later one replaces the earlier.
    ///
    /// - Precondition: the name is one that a client may send, as for ``HandlerRegistration/on(_:_:)``.
    public func on(_ event: String, _ handler: @escaping Namespace.EventHandler) {
        ReservedEvents.preconditionIsFree(event)
        makeOwnHandlers().withLock { $0.events[event] = SocketHandlers.Registration(handler: handler, isOnce: false) }
    }

    /// Handles the next event of this name as ``on(_:_:)`` does, and those after it not.
    public func once(_ event: String, _ handler: @escaping Namespace.EventHandler) {
        ReservedEvents.preconditionIsFree(event)
        makeOwnHandlers().withLock { $0.events[event] = SocketHandlers.Registration(handler: handler, isOnce: true) }
    }

    /// Removes the socket's own handler of an event, so that the namespace's counts again.
    public func off(_ event: String) {
        ownHandlers?.withLock { _ = $0.events.removeValue(forKey: event) }
    }

    /// Removes all of the socket's own handlers of events. Checks and listeners stay.
    public func off() {
        ownHandlers?.withLock { $0.events = [:] }
    }

    /// Sees every event of this socket before its handler does, after the namespace's listeners.
    public func onAny(_ listener: @escaping Namespace.EventHandler) {
        makeOwnHandlers().withLock { $0.listeners.append(listener) }
    }

    /// Removes what ``onAny(_:)`` added.
    public func offAny() {
        ownHandlers?.withLock { $0.listeners = [] }
    }

    // MARK: For the namespace

    var eventListeners: (middlewares: [Namespace.EventHandler], listeners: [Namespace.EventHandler]) {
        ownHandlers?.withLock { ($0.middlewares, $0.listeners) } ?? ([], [])
    }

    /// The socket's own handler, which is gone when it was for one time.
    func takeHandler(for event: String) -> Namespace.EventHandler? {
        ownHandlers?.withLock { handlers in
            guard let registration = handlers.events[event] else { return nil }
            if registration.isOnce { handlers.events[event] = nil }
            return registration.handler
        } ?? nil
    }
}
