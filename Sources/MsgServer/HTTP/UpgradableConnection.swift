import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// A connection whose first request has yet to say whether it stays HTTP.
struct UpgradableConnection: ServerChildChannelValue {
    /// What became of it.
    enum Outcome: Sendable {
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        /// It belongs to an Engine.IO session.
        case webSocket
    }

    let channel: any Channel
    let outcome: EventLoopFuture<Outcome>
}
