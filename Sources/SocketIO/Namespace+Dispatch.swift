import Logging
import NIOCore
import Synchronization

extension Namespace {
    /// A client wants to connect. Called on the socket's loop.
    func connectReceived(_ socket: Socket) {
        context.busySockets.enter()
        adapter.add(socket)
        Task { await self.check(socket) }
    }

    private func check(_ socket: Socket) async {
        let middlewares = handlers.withLock { $0.middlewares }
        do {
            if socket.recovery?.skipsMiddlewares != true {
                for middleware in middlewares { try await middleware(socket) }
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

    /// Runs the handlers for one thing that happened to a socket.
    func handle(_ item: InboxItem, of socket: Socket) async {
        switch item {
        case .connected:
            await handlers.withLock { $0.connection }?(socket)
        case .event(let event):
            let handler = socket.handler(for: event.name) ?? handlers.withLock { $0.events[event.name] ?? $0.fallback }
            do {
                try await handler?(socket, event)
            } catch {
                await handlerFailed(socket, event, error)
            }
        case .disconnected(let reason):
            await handlers.withLock { $0.disconnection }?(socket, reason)
            context.busySockets.leave()
        }
    }

    private func handlerFailed(_ socket: Socket, _ event: SocketEvent, _ error: any Error) async {
        if let handler = handlers.withLock({ $0.error }) {
            await handler(socket, event, error)
        } else {
            context.logger.error(
                "an event handler failed",
                metadata: ["event": "\(event.name)", "socket": "\(socket.id)", "error": "\(error)"])
        }
    }
}
