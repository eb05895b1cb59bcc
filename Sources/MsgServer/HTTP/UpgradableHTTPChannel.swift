import EngineIO
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// HTTP/1.1 connections of which any request may turn one into a websocket. Neither kind has a task that waits for it.
struct UpgradableHTTPChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let engine: EngineIOServer
    let settings: HTTPConnectionSettings
    let responder: HTTPConnectionHandler.Responder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = settings.maximumHeader
            limits.maxHeaderListSize = settings.maximumHeader
            limits.maxHeaderFieldCount = settings.maximumHeaderCount
            try engine.configureHTTPServerPipeline(
                of: channel, limits: limits,
                httpHandlers: [HTTPConnectionHandler(settings: settings, responder: responder)])
            return Value(channel: channel)
        }
    }

    /// Nothing: the handlers do all.
    func handle(value: Value, logger: Logger) async {}
}
