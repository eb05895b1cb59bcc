import MsgKit
import MsgTestKit
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server that answers as a test says.
final class FakeEngine: Sendable {
    struct Request: Sendable {
        /// Counts up from 0 with each connection.
        var connection: Int
        var method: String
        var uri: String
        var headers: HTTPHeaders
        var body: String
    }

    enum Reply: Sendable {
        case answer(Int, String)
        /// Nothing comes, and the connection stays open.
        case silence
        /// A part of an answer, then nothing.
        case half
        /// The connection is cut instead of an answer.
        case cut
        /// These bytes as they are, then the end of the connection.
        case raw(String)
        /// A body that never ends.
        case endless
        /// An answer, once the latch is open.
        case later(Latch, Int, String)
    }

    typealias Script = @Sendable (Request) -> Reply

    let requests: Journal<Request>
    private let channel: any Channel

    private init(channel: any Channel, requests: Journal<Request>) {
        self.channel = channel
        self.requests = requests
    }

    /// Runs a server while the body does.
    static func serving<Result>(
        _ script: @escaping Script, _ body: (FakeEngine) async throws -> Result
    ) async throws -> Result {
        let connections = Atomic(0)
        let journal = Journal<Request>()
        let open = Mutex<[any Channel]>([])
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                let number = connections.wrappingAdd(1, ordering: .relaxed).oldValue
                open.withLock { $0.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Passage(), name: "raw")
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(connection: number, journal: journal, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let engine = FakeEngine(channel: channel, requests: journal)
        do {
            let result = try await body(engine)
            try await close(channel, open.withLock { $0 })
            return result
        } catch {
            try await close(channel, open.withLock { $0 })
            throw error
        }
    }

    private static func close(_ channel: any Channel, _ others: [any Channel]) async throws {
        try await channel.close()
        for other in others { try? await other.close() }
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var url: Secret { Secret("http://127.0.0.1:\(port)") }

    /// Where bytes go out as they are.
    private final class Passage: ChannelDuplexHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundIn = ByteBuffer
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let connection: Int
        private let journal: Journal<Request>
        private let script: Script
        private var head: HTTPRequestHead?
        private var body = ByteBuffer()

        init(connection: Int, journal: Journal<Request>, script: @escaping Script) {
            self.connection = connection
            self.journal = journal
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body.clear()
            case .body(var part): body.writeBuffer(&part)
            case .end:
                guard let head else { return }
                let request = Request(
                    connection: connection, method: head.method.rawValue, uri: head.uri, headers: head.headers,
                    body: String(buffer: body))
                journal.note(request)
                reply(script(request), context)
            }
        }

        private func reply(_ reply: Reply, _ context: ChannelHandlerContext) {
            switch reply {
            case .answer(let status, let text): answer(status, text, context)
            case .silence: break
            case .half: begin(200, length: 1000, "{\"hits\":", context)
            case .cut: context.close(promise: nil)
            case .raw(let text):
                // From the pipeline's head, past the encoder.
                let head = try? context.pipeline.syncOperations.context(name: "raw")
                head?.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
                head?.close(promise: nil)
            case .endless:
                begin(200, length: nil, "", context)
                pour(context)
            case .later(let latch, let status, let text):
                let loop = context.eventLoop
                let bound = NIOLoopBound((self, context), eventLoop: loop)
                Task {
                    await latch.wait()
                    loop.execute {
                        let (handler, context) = bound.value
                        handler.answer(status, text, context)
                    }
                }
            }
        }

        private func begin(_ status: Int, length: Int?, _ text: String, _ context: ChannelHandlerContext) {
            var headers = HTTPHeaders([("content-type", "application/json")])
            if let length { headers.add(name: "content-length", value: String(length)) }
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
        }

        private func answer(_ status: Int, _ text: String, _ context: ChannelHandlerContext) {
            begin(status, length: text.utf8.count, text, context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        private func pour(_ context: ChannelHandlerContext) {
            let chunk = ByteBuffer(repeating: UInt8(ascii: " "), count: 65_536)
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(chunk)))).whenSuccess {
                let (handler, context) = bound.value
                handler.pour(context)
            }
        }
    }
}
