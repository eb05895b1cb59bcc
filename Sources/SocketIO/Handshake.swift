import EngineIO
import Foundation
import NIOCore

/// What a socket brought when it connected.
public struct Handshake: Sendable {
    private let engine: EngineIOHandshake
    private let codec: JSONCodec
    /// The JSON object sent with CONNECT, as received.
    public let auth: ByteBuffer?

    init(engine: EngineIOHandshake, auth: ByteBuffer?, codec: JSONCodec) {
        self.engine = engine
        // What came is a part of the buffer that the connection was read into, which would live as long as the socket.
        self.auth = auth.map { ByteBuffer(bytes: $0.readableBytesView) }
        self.codec = codec
    }

    /// Header fields of the request that opened the session. Read each time it is asked for.
    public var headers: EngineIOHeaders { engine.headers }
    /// Path and query of that request, as sent: `/socket.io/?EIO=4&transport=polling`.
    public var url: String { engine.target }
    /// Whether that request came over TLS that this process ended; behind a proxy look at the fields that it adds.
    public var secure: Bool { engine.isSecure }
    /// Whether that request came from a page, as one with an `Origin` does; not whether that is another site's.
    public var xdomain: Bool { engine.origin != nil }
    /// Query parameters of that request. Read each time it is asked for.
    public var query: [String: String] { engine.query }
    /// The peer of the connection: the proxy when there is one.
    public var remoteAddress: SocketAddress? { engine.remoteAddress }
    /// Address of that peer without its port, such as `127.0.0.1` or `::1`; nil when it has none.
    public var address: String? { remoteAddress?.ipAddress }
    /// When the session was opened.
    public var time: Date { engine.time }
    /// The same as milliseconds since 1970.
    public var issued: Int64 { Int64((time.timeIntervalSince1970 * 1000).rounded()) }
    /// Transport of the first request.
    public var transport: EngineIOTransport { engine.transport }

    /// The JSON object sent with CONNECT.
    ///
    /// - Throws: ``SocketIOError/missingArgument(_:)`` when there was none; a `DecodingError` when it has another shape.
    public func decodeAuth<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        guard let auth else { throw SocketIOError.missingArgument(0) }
        return try codec.decode(type, from: auth, attachments: [])
    }
}
