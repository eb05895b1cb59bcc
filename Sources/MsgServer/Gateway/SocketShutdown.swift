import MsgKit
import ServiceLifecycle
import SocketIO

/// Closes the sockets politely when the process stops, before the HTTP server goes.
public struct SocketShutdown: Service {
    private let server: SocketIOServer
    private let health: HealthService
    private let deadline: Duration

    public init(server: SocketIOServer, health: HealthService, deadline: Duration) {
        self.server = server
        self.health = health
        self.deadline = deadline
    }

    public func run() async throws {
        try? await gracefulShutdown()
        health.drain()
        await server.shutdown(deadline: deadline)
    }
}
