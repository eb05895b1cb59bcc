import EngineIO
import HTTPTypes
import Logging
import ServiceLifecycle
import SocketIO
import UnixSignals

/// Rooms to talk in, under a nickname. Ends politely at SIGINT and SIGTERM.
@main
struct ChatRoom: Service {
    let io: SocketIOServer
    let port: Int
    let logger: Logger

    static func main() async throws {
        let logger = Logger(label: "chat")
        let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 3000
        let io = SocketIOServer(logger: logger)
        ChatHandlers().register(in: io.main)

        let services = ServiceGroup(
            services: [ChatRoom(io: io, port: port, logger: logger)],
            gracefulShutdownSignals: [.sigint, .sigterm], logger: logger)
        try await services.run()
    }

    func run() async throws {
        var options = EngineIOListenOptions()
        options.onRequest = { _, _, _ in
            EngineIOResponse(status: .ok, text: "Connect to / with Socket.IO and {\"nickname\":…}.\n")
        }
        try await cancelWhenGracefulShutdown { [options] in
            try await io.run(port: port, options: options) { listener in
                logger.info("listening at http://127.0.0.1:\(listener.port)")
            }
        }
    }
}
