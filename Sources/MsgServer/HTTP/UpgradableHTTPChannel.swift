import EngineIO
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// HTTP/1.1 connections of which any request may turn one into a websocket. Neither kind has a task that waits for it.
struct UpgradableHTTPChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let engine: EngineIOServer
    let settings: HTTPConnectionSettings
    let tls: ServerTLS?
    let responder: HummingbirdResponder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try tls?.secure(channel)
            try engine.configureHTTPServerPipeline(
                of: channel, settings: settings, security: tls == nil ? .plain : .tls, responder: responder.answer)
            return Value(channel: channel)
        }
    }

    /// Nothing: the handlers do all.
    func handle(value: Value, logger: Logger) async {}
}
