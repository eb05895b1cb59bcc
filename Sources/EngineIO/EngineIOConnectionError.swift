/// A request that was refused, for ``EngineIOConfiguration/onConnectionError``.
public struct EngineIOConnectionError: Error, Sendable {
    /// The reference's number: 0 transport unknown, 1 session unknown, 2 bad handshake method, 3 bad request (or too long a
    /// body, or no room), 4 forbidden, 5 unsupported protocol version.
    public let code: Int
    /// What the client was told.
    public let message: String
    /// The request.
    public let request: EngineIORequest
}
