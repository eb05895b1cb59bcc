import NIOCore

/// The body of a request: whole, or longer than it may be.
public enum HTTPRequestBody: Sendable {
    /// All of it; empty when the request has none.
    case complete(ByteBuffer)
    /// It was over ``HTTPConnectionSettings/maxBody`` and is thrown away. 413 is the answer to that.
    case tooLarge
}
