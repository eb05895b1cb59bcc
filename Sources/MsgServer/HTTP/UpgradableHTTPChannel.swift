import EngineIO
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// HTTP/1.1 connections of which the first request may turn one into a websocket. A websocket is left to its channel
/// handlers: no task waits for it.
struct UpgradableHTTPChannel: HTTPChannelHandler {
    /// How long a new connection may take for its first request's head.
    private static let firstRequestTimeout = TimeAmount.seconds(30)
    /// How long a kept-alive connection may wait for its next request.
    private static let idleTimeout = Duration.seconds(120)
    /// What a request's head may hold.
    private static let headerLimit = 32 * 1024
    private static let headerCountLimit = 100

    let engine: EngineIOServer
    let responder: HTTPChannelHandler.Responder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<UpgradableConnection> {
        channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = Self.headerLimit
            limits.maxHeaderListSize = Self.headerLimit
            limits.maxHeaderFieldCount = Self.headerCountLimit
            let outcome = try engine.configureHTTPServerPipeline(
                of: channel, limits: limits,
                onHTTP: { channel in
                    channel.eventLoop.makeCompletedFuture { try Self.continueAsHTTP(channel, logger: logger) }
                },
                onWebSocket: { channel in
                    channel.eventLoop.makeSucceededFuture(UpgradableConnection.Outcome.webSocket)
                })
            let timeout = channel.eventLoop.scheduleTask(in: Self.firstRequestTimeout) { channel.close(promise: nil) }
            outcome.whenComplete { _ in timeout.cancel() }
            return UpgradableConnection(channel: channel, outcome: outcome)
        }
    }

    func handle(value connection: UpgradableConnection, logger: Logger) async {
        do {
            if case .http(let channel) = try await connection.outcome.get() {
                await handleHTTP(asyncChannel: channel, logger: logger)
            }
        } catch {
            logger.trace("a connection ended before its first request", metadata: ["error": "\(error)"])
            connection.channel.close(promise: nil)
        }
    }

    private static func continueAsHTTP(_ channel: any Channel, logger: Logger) throws -> UpgradableConnection.Outcome {
        try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try channel.pipeline.syncOperations.addHandler(
            HTTPConnectionStateHandler(idleTimeout: idleTimeout, logger: logger))
        return .http(
            try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true)))
    }
}
