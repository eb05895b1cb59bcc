import Foundation
import HTTPTypes
import NIOCore

/// Header fields of a request, under a name that needs no import of their module.
public typealias EngineIOHeaders = HTTPFields

/// What is known of a client from the request that opened its session.
public struct EngineIOHandshake: Sendable {
    /// Header fields of the request.
    public let headers: EngineIOHeaders
    /// Query parameters, decoded; the first of each name.
    public let query: [String: String]
    /// The peer of the connection: the proxy when there is one.
    public let remoteAddress: SocketAddress?
    /// When the session was opened.
    public let time: Date
    /// Transport of the request.
    public let transport: EngineIOTransport
}
