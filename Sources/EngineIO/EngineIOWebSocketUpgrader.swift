import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Upgrades HTTP/1.1 connections to websockets of an ``EngineIOServer``.
public struct EngineIOWebSocketUpgrader<Result: Sendable>: NIOTypedHTTPServerProtocolUpgrader {
    public typealias UpgradeResult = Result

    /// As the `Upgrade` header says it.
    public let supportedProtocol = "websocket"
    /// None that `Connection` must name; the websocket's own headers are checked with the response.
    public let requiredUpgradeHeaders: [String] = []

    private let server: EngineIOServer
    private let onUpgrade: @Sendable (any Channel) -> EventLoopFuture<Result>
    /// Only makes the response; it would add a frame encoder to the pipeline that frames made in advance cannot pass.
    private let responder: NIOTypedWebSocketServerUpgrader<Void>

    init(server: EngineIOServer, onUpgrade: @escaping @Sendable (any Channel) -> EventLoopFuture<Result>) {
        self.server = server
        self.onUpgrade = onUpgrade
        self.responder = NIOTypedWebSocketServerUpgrader(
            shouldUpgrade: { channel, head in server.shouldUpgrade(head: head, channel: channel) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    }

    public func buildUpgradeResponse(
        channel: any Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        responder.buildUpgradeResponse(
            channel: channel, upgradeRequest: upgradeRequest, initialResponseHeaders: initialResponseHeaders)
    }

    public func upgrade(channel: any Channel, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Result> {
        server.completeUpgrade(channel: channel, head: upgradeRequest).flatMap { onUpgrade(channel) }
    }
}
