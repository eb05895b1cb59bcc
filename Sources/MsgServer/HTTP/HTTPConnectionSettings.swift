import NIOCore

/// What an HTTP connection may take.
struct HTTPConnectionSettings: Sendable {
    /// The largest body that any route takes, in bytes; what is longer is thrown away as it comes.
    var maximumBody: Int
    /// How long a client may take from its connection, or a request's first byte, to the end of the request.
    var requestTimeout = TimeAmount.seconds(30)
    /// How long the rest of a request may take once the server is stopping.
    var quiescingTimeout = TimeAmount.seconds(1)
    /// How long a kept-alive connection may wait for its next request.
    var idleTimeout = TimeAmount.seconds(120)
    /// The length of a request's header fields in all, in bytes.
    var maximumHeader = 32 * 1024
    var maximumHeaderCount = 100
}
