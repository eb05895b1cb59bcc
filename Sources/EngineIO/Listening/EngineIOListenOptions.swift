import HTTPTypes
import NIOCore

/// How ``EngineIOServer/listen(host:port:options:)`` serves its connections.
public struct EngineIOListenOptions: Sendable {
    /// Answers a request that is not Engine.IO's.
    ///
    /// It runs in a task of its own that is cancelled when the client goes. nil closes the connection without an answer.
    public typealias RequestHandler =
        @Sendable (HTTPRequest, HTTPRequestBody, any Channel) async -> EngineIOResponse?

    /// Bounds and deadlines of HTTP. The bound on bodies is raised to ``EngineIOConfiguration/maxPayload`` when it is lower,
    /// because polls share it.
    public var http = HTTPConnectionSettings()
    /// Connections that may be open at a time, websockets included. Default 100,000. More wait in the backlog until
    /// one is closed. The process needs a file descriptor for each (`ulimit -n`).
    public var maxConnections = 100_000
    /// Connections that the kernel keeps until they are accepted. Default 1,024; the kernel has a bound of its own.
    public var backlog = 1_024
    /// Adds TLS to a new connection, such as NIOSSL's `NIOSSLServerHandler`. Called on the channel's loop, before anything
    /// else is in its pipeline; a connection for which it throws is closed. Default: none, plain HTTP.
    public var tls: (@Sendable (any Channel) throws -> Void)?
    /// Answers every request whose path is not ``EngineIOConfiguration/path``. Default: 404.
    public var onRequest: RequestHandler = { _, _, _ in EngineIOResponse(status: .notFound, text: "Not Found\n") }

    /// The defaults.
    public init() {}
}
