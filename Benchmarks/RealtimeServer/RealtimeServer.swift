import EngineIO
import Foundation
import NIOCore
import SocketIO

/// What `scripts/bench realtime` measures the library by. Prints the port that it listens at.
@main
struct RealtimeServer {
    /// What a client connects with.
    struct Credentials: Decodable {
        var token: String
        var room: String?
    }

    struct Arguments: Error {}

    static func main() async throws {
        let io = SocketIOServer()
        let root = io.of("/")

        root.use { socket in
            guard let auth = try? socket.handshake.decodeAuth(Credentials.self), auth.token == "a-token-of-some-length"
            else {
                throw ConnectError(message: "unauthorized")
            }
            if let room = auth.room { await socket.join(room) }
        }

        // Broadcasts an event of 200 bytes with the number that came.
        root.on("go") { _, event in
            guard let number = event.arguments.raw(at: 0) else { throw Arguments() }
            try root.to("everybody").emit("event", json: Self.payload(number: number))
        }

        // Passes a number on to the one in the room.
        root.on("tell") { _, event in
            guard let number = event.arguments.raw(at: 1) else { throw Arguments() }
            try root.to(event.decode(String.self)).emit("told", json: number)
            event.ack(json: number)
        }

        var options = EngineIOListenOptions()
        options.backlog = 4_096
        try await io.run(port: 0, options: options) { listener in
            FileHandle.standardOutput.write(Data("\(listener.port)\n".utf8))
        }
    }

    /// `{"n":<number>,"pad":"x…"}`, as long as makes 200 bytes of the whole event.
    static func payload(number: ByteBuffer) -> ByteBuffer {
        var json = ByteBuffer()
        json.writeString(#"{"n":"#)
        json.writeImmutableBuffer(number)
        json.writeString(#","pad":""#)
        json.writeRepeatingByte(UInt8(ascii: "x"), count: max(0, 188 - 2 - json.readableBytes))
        json.writeString(#""}"#)
        return json
    }
}
