import Foundation
import NIOCore
import NIOPosix
import SocketTestKit

/// A TCP connection to this machine, for literal bytes.
final class RawClient: Sendable {
    struct ConnectionEnded: Error {}

    private let channel: any Channel
    private let chunks: Mailbox<ByteBuffer?>
    private let rest = Mailbox<ByteBuffer>()

    init(port: Int, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) async throws {
        let chunks = Mailbox<ByteBuffer?>()
        channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ChunkHandler(chunks: chunks))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        self.chunks = chunks
        rest.put(ByteBuffer())
    }

    func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    func send(_ text: String) { send(Array(text.utf8)) }
    func close() async throws { try await channel.close() }

    /// Ends the connection without a goodbye, as TCP calls it.
    func reset() async throws {
        try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await channel.close()
    }

    func setReading(_ isReading: Bool) async throws {
        try await channel.setOption(.autoRead, value: isReading).get()
    }

    /// Reads until `parse` takes something from the front of what came.
    func read<Value>(_ parse: (inout ByteBuffer) -> Value?) async throws -> Value {
        var bytes = try await rest.next()
        while true {
            if let value = parse(&bytes) {
                rest.put(bytes)
                return value
            }
            guard var more = try await chunks.next() else {
                rest.put(bytes)
                throw ConnectionEnded()
            }
            bytes.writeBuffer(&more)
        }
    }

    func frame() async throws -> ServerFrame { try await read { ServerFrame(from: &$0) } }

    /// The head of a response.
    func head() async throws -> String { try await read { Self.head(&$0) } }

    /// A response with its body, which must have a length.
    func response() async throws -> (status: Int, body: String) {
        let head = try await head()
        let lines = head.split(separator: "\r\n")
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }.flatMap {
            Int($0.dropFirst("content-length:".count).drop { $0 == " " })
        }
        let body = try await read { $0.readString(length: length ?? 0) }
        return (Int(lines[0].split(separator: " ")[1]) ?? 0, body)
    }

    private static func head(_ bytes: inout ByteBuffer) -> String? {
        let text = String(buffer: bytes)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        return bytes.readString(length: text[..<end.upperBound].utf8.count)
    }

    /// Whether the other side ends the connection, whatever it sends before.
    func ends() async throws -> Bool {
        while try await chunks.next() != nil {}
        return true
    }

    func get(_ query: String) async throws -> (status: Int, body: String) {
        send("GET /socket.io/?\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return try await response()
    }

    func post(_ query: String, _ body: String) async throws -> (status: Int, body: String) {
        send(
            "POST /socket.io/?\(query) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        return try await response()
    }

    /// Asks for a websocket. Returns the status.
    func upgrade(_ query: String, extra: String = "", body: [UInt8] = []) async throws -> Int {
        send(Array(Self.upgradeRequest(query, extra: extra).utf8) + body)
        return try await response().status
    }

    static func upgradeRequest(_ query: String, extra: String = "") -> String {
        "GET /socket.io/?\(query) HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(extra)\r\n"
    }
}

private final class ChunkHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let chunks: Mailbox<ByteBuffer?>

    init(chunks: Mailbox<ByteBuffer?>) {
        self.chunks = chunks
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { chunks.put(unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { chunks.put(nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
