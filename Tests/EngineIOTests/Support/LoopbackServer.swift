import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import SocketTestKit

@testable import EngineIO

/// A small HTTP server on a free port of this machine, glued to an engine as a real one would be.
final class LoopbackServer: Sendable {
    let port: Int
    /// Its connections, as they come.
    let connections = Mailbox<any Channel>()
    private let channel: any Channel

    /// - Parameter isPlain: whether frames may go straight to the socket.
    init(engine: EngineIOServer, group: any EventLoopGroup, isPlain: Bool = false) async throws {
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [connections] channel in
                connections.put(channel)
                return channel.eventLoop.makeCompletedFuture { try Self.configure(channel, engine, isPlain) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func close() async throws { try await channel.close() }

    private static func configure(_ channel: any Channel, _ engine: EngineIOServer, _ isPlain: Bool) throws {
        try engine.configureHTTPServerPipeline(
            of: channel, security: isPlain ? .plain : .unknown, httpHandlers: [RequestHandler(engine: engine)])
    }
}

/// Answers the requests of one connection, one after the other.
private final class RequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let engine: EngineIOServer
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    private var task: Task<Void, Never>?

    init(engine: EngineIOServer) {
        self.engine = engine
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ByteBuffer()
        case .body(var bytes): body.writeBuffer(&bytes)
        case .end:
            guard let head, let method = HTTPRequest.Method(head.method.rawValue) else { return }
            var request = HTTPRequest(
                method: method, scheme: "http", authority: head.headers.first(name: "Host"), path: head.uri)
            for (name, value) in head.headers where name.lowercased() != "host" {
                if let name = HTTPField.Name(name) { request.headerFields.append(HTTPField(name: name, value: value)) }
            }
            let channel = context.channel
            task = Task { [engine, body, request] in
                let response = await engine.respond(to: request, body: body, remoteAddress: channel.remoteAddress)
                var answer = HTTPResponseHead(
                    version: .http1_1, status: HTTPResponseStatus(statusCode: response.head.status.code))
                for field in response.head.headerFields {
                    answer.headers.add(name: field.name.rawName, value: field.value)
                }
                channel.write(HTTPServerResponsePart.head(answer), promise: nil)
                channel.write(HTTPServerResponsePart.body(.byteBuffer(response.body)), promise: nil)
                channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let channel = context.channel
        let head = HTTPResponseHead(version: .http1_1, status: .badRequest, headers: ["Content-Length": "0"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        task?.cancel()
    }
}
