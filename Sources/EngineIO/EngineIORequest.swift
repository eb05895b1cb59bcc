import HTTPTypes
import NIOCore

/// A request of a client, as the hooks of ``EngineIOConfiguration`` see it.
public struct EngineIORequest: Sendable {
    /// Its method in upper case, such as `GET`.
    public let method: String
    /// Path and query as sent, such as `/socket.io/?EIO=4&transport=polling`.
    public let target: String
    /// Header fields, the `Host` of HTTP/1.1 among them.
    public let headers: EngineIOHeaders
    /// The peer of the connection: the proxy when there is one.
    public let remoteAddress: SocketAddress?

    /// The path without the query.
    public var path: Substring { target.prefix { $0 != "?" } }
    /// Query parameters, decoded; the first of each name.
    public var query: [String: String] { EngineIOQuery(target: target).parameters }
}
