import EngineIO
import Logging
import SocketIO

/// Gives back the first thing that it is sent: as the acknowledgement when one is asked for, as an event when not.
@main
struct Echo {
    static func main() async throws {
        let logger = Logger(label: "echo")
        let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 3000
        let io = SocketIOServer(logger: logger)

        io.on("echo") { socket, event in
            // Any JSON, with bytes anywhere in it; null when there is nothing.
            let value = event.arguments.count == 0 ? .null : try event.value()
            if event.wantsAck {
                try event.ack(value)
            } else {
                try socket.emit("echo", value)
            }
        }

        // What the handler threw: a number that fits into none of Swift's, for instance.
        io.onError { _, event, error in
            _ = try? event.ack(["error": "\(error)"])
        }

        try await io.run(port: port) { listener in
            logger.info("listening at http://127.0.0.1:\(listener.port)")
        }
    }
}
