import NIOCore
import NIOPosix
import Testing

@testable import WirePeek

/// What first words tell of a server. The real ones are asked by the tests of their backends and those of the program.
@Suite(.timeLimit(.minutes(1)))
struct WirePeekTests {
    /// Says one thing to everybody, once they have said something.
    private final class Speaker: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let words: [UInt8]?

        init(_ words: [UInt8]?) { self.words = words }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard let words else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: words)), promise: nil)
            context.close(promise: nil)
        }
    }

    private func spoken(by words: [UInt8]?) async throws -> SpokenProtocol? {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Speaker(words))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = server.localAddress?.port ?? 0
        // Time enough for a busy machine; whoever says nothing need not be waited for so long.
        let limit = words == nil ? Duration.milliseconds(200) : .seconds(20)
        let found = await WirePeek.spoken(host: "127.0.0.1", port: port, within: limit)
        try await server.close()
        return found
    }

    @Test(arguments: [
        ("AMQP\u{0}\u{0}\u{9}\u{1}", SpokenProtocol.amqp), ("-ERR unknown command 'GET'\r\n", .redis),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", .http),
        ("HTTP/1.0 200 OK\r\n\r\nIt looks like you are trying to access MongoDB over HTTP", .mongoDB),
        ("SSH-2.0-OpenSSH_9.6\r\n", nil), ("\u{16}", nil),
    ])
    func firstWordsTell(_ words: String, _ expected: SpokenProtocol?) async throws {
        #expect(try await spoken(by: Array(words.utf8)) == expected)
    }

    @Test(arguments: [[0x15, 0x03, 0x03, 0, 2, 2, 40], [0x16, 0x03, 0x03, 0, 1, 2]] as [[UInt8]])
    func anAlertAndAHandshakeAreOfTLS(_ words: [UInt8]) async throws {
        #expect(try await spoken(by: words) == .tls)
    }

    @Test func whoSaysNothingIsUnknown() async throws {
        #expect(try await spoken(by: nil) == nil)
    }

    @Test func nobodyIsUnknown() async {
        #expect(await WirePeek.spoken(host: "127.0.0.1", port: 1) == nil)
        #expect(await WirePeek.spoken(host: "no-such-host.invalid", port: 1) == nil)
    }
}
