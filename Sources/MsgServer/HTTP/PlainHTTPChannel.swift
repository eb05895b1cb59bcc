import EngineIO
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// HTTP/1.1 connections that never become anything else.
struct PlainHTTPChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let settings: HTTPConnectionSettings
    let responder: HummingbirdResponder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try HTTPConnectionHandler.configurePipeline(of: channel, settings: settings, responder: responder.answer)
            return Value(channel: channel)
        }
    }

    /// Nothing: the handlers do all.
    func handle(value: Value, logger: Logger) async {}
}
