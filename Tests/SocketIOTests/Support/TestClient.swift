import NIOCore
import NIOPosix
import SocketTestKit

/// A websocket client for literal packets.
final class TestClient: Sendable {
    private let channel: any Channel
    private let frames: Mailbox<ServerFrame>

    init(port: Int, group: any EventLoopGroup) async throws {
        let frames = Mailbox<ServerFrame>()
        channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FrameHandler(frames: frames))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        self.frames = frames
    }

    func send(_ packets: String...) { sendBytes(packets.flatMap { textFrame($0) }) }
    func sendBinary(_ bytes: [UInt8]) { sendBytes(clientFrame(2, bytes)) }
    func sendBytes(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    func close() async throws { try await channel.close() }

    func frame() async throws -> ServerFrame { try await frames.next() }

    /// The next text frame, pings included.
    func engineText() async throws -> String { String(decoding: try await frame().payload, as: UTF8.self) }

    /// The next message.
    func next() async throws -> String {
        while true {
            let frame = try await frame()
            let text = String(decoding: frame.payload, as: UTF8.self)
            if frame.opcode == 1, text == "2" {
                send("3")
            } else if frame.opcode == 8 {
                return "close \(frame.payload.reduce(0) { $0 * 256 + Int($1) })"
            } else {
                return text
            }
        }
    }

    /// Whether exactly these messages come next.
    func nextIs(_ packets: String...) async throws -> Bool {
        for packet in packets where try await next() != packet { return false }
        return true
    }
}

private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let frames: Mailbox<ServerFrame>
    private var bytes = ByteBuffer()

    init(frames: Mailbox<ServerFrame>) {
        self.frames = frames
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var more = unwrapInboundIn(data)
        bytes.writeBuffer(&more)
        while let frame = ServerFrame(from: &bytes) { frames.put(frame) }
    }

    func channelInactive(context: ChannelHandlerContext) { frames.put(ServerFrame(opcode: 8, payload: [])) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
