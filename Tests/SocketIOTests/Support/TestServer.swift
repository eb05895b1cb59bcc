import EngineIO
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import SocketIO
import SocketTestKit

/// A Socket.IO server on a free port of this machine on which every TCP connection is a websocket from the start.
final class TestServer: Sendable {
    let io: SocketIOServer
    let group: any EventLoopGroup
    let port: Int
    private let channel: any Channel

    init(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        _ configure: (inout SocketIOConfiguration) -> Void = { _ in }
    ) async throws {
        var configuration = SocketIOConfiguration()
        configure(&configuration)
        let io = SocketIOServer(configuration: configuration, eventLoopGroup: group, logger: Logger(label: "test"))
        channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                let head = HTTPRequestHead(
                    version: .http1_1, method: .GET, uri: "/socket.io/?EIO=4&transport=websocket&page=7")
                return io.engine.completeUpgrade(channel: channel, head: head)
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.io = io
        self.group = group
        port = channel.localAddress?.port ?? 0
    }

    var root: Namespace { io.of("/") }

    /// A client whose session is open.
    func open(on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) async throws -> TestClient {
        let client = try await TestClient(port: port, group: group)
        _ = try await client.engineText()
        return client
    }

    /// A client that is connected to `/`, and the id of its socket.
    func connect(auth: String = "") async throws -> (client: TestClient, id: String) {
        let client = try await open()
        client.send("40" + auth)
        let answer = try await client.next()
        guard answer.hasPrefix(#"40{"sid":""#) else { throw NotConnected(answer: answer) }
        return (client, String(answer.dropFirst(10).prefix(20)))
    }

    struct NotConnected: Error {
        let answer: String
    }

    func close() async throws {
        try await channel.close()
        await io.shutdown(deadline: .milliseconds(200))
    }
}
