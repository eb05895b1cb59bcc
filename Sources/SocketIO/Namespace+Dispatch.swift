import Logging
import NIOCore

extension Namespace {
    /// A client wants to connect. Called on the socket's loop.
    func connectReceived(_ socket: Socket) {
        context.busySockets.enter()
        adapter.add(socket)
        Task { await self.check(socket) }
    }

    private func check(_ socket: Socket) async {
        do {
            if socket.recovery?.skipsMiddlewares != true {
                for middleware in inherited({ $0.middlewares }) { try await middleware(socket) }
            }
            guard await socket.recovery?.isAllowed(for: socket) ?? true else {
                return socket.eventLoop.execute { socket.startAnew() }
            }
            let backfill = await backfill(for: socket)
            socket.eventLoop.execute { socket.admit(backfill: backfill) }
        } catch {
            let answer = connectError(for: error, socket)
            socket.eventLoop.execute { socket.refuse(answer) }
        }
    }

    private func backfill(for socket: Socket) async -> Backfill? {
        do {
            return try await socket.recovery?.backfill(for: socket)
        } catch {
            context.logger.error(
                "what a client missed could not be found",
                metadata: ["namespace": "\(name)", "socket": "\(socket.id)", "error": "\(error)"])
            return nil
        }
    }

    private func connectError(for error: any Error, _ socket: Socket) -> ConnectError {
        if let error = error as? ConnectError { return error }
        context.logger.error(
            "a middleware failed", metadata: ["namespace": "\(name)", "socket": "\(socket.id)", "error": "\(error)"])
        return ConnectError(message: "Internal error")
    }

    /// The parent's handlers, if there is one, and its own.
    private var tables: [HandlerTable] {
        parent.map { [$0.handlers, handlers] } ?? [handlers]
    }

    /// The parent's first.
    private func inherited<Handler: Sendable>(_ body: (inout NamespaceHandlers) -> [Handler]) -> [Handler] {
        let own = handlers.withLock(body)
        guard let parent else { return own }
        return parent.handlers.withLock(body) + own
    }

    /// What `handlers`, or else the parent's, have.
    private func registered<Value: Sendable>(_ body: (inout NamespaceHandlers) -> Value?) -> Value? {
        handlers.withLock(body) ?? parent?.handlers.withLock(body)
    }

    /// Whether somebody wants to be told while a socket that leaves is still in its rooms.
    var watchesDisconnecting: Bool {
        tables.contains { $0.withLock { !$0.disconnectings.isEmpty } }
    }

    /// Runs the handlers for one thing that happened to a socket.
    func handle(_ item: InboxItem, of socket: Socket) async {
        switch item {
        case .connected:
            for handler in inherited({ $0.connections }) { await handler(socket) }
        case .event(let event):
            do {
                try await handle(event, of: socket)
            } catch {
                await handlerFailed(socket, event, error)
            }
        case .disconnecting(let reason, let rooms):
            for handler in inherited({ $0.disconnectings }) { await handler(socket, reason, rooms) }
            await adapter.removed(socket)
        case .disconnected(let reason):
            for handler in inherited({ $0.disconnections }) { await handler(socket, reason) }
            socket.forget()
        }
    }

    private func handle(_ event: SocketEvent, of socket: Socket) async throws {
        let own = socket.eventListeners
        for middleware in own.middlewares { try await middleware(socket, event) }
        for listener in inherited({ $0.listeners }) { try await listener(socket, event) }
        for listener in own.listeners { try await listener(socket, event) }
        let handler =
            socket.takeHandler(for: event.name) ?? registered { $0.events[event.name] } ?? registered { $0.fallback }
        try await handler?(socket, event)
    }

    private func handlerFailed(_ socket: Socket, _ event: SocketEvent, _ error: any Error) async {
        if let handler = registered({ $0.error }) {
            await handler(socket, event, error)
        } else {
            context.logger.error(
                "an event handler failed",
                metadata: ["event": "\(event.name)", "socket": "\(socket.id)", "error": "\(error)"])
        }
    }
}
