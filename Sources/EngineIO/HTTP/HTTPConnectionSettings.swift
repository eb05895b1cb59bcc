/// What one HTTP/1.1 connection may take, and how long.
public struct HTTPConnectionSettings: Sendable {
    /// Longest request body, in bytes. Default 1,000,000. A request with a longer one is answered as
    /// ``HTTPRequestBody/tooLarge`` as soon as that is known, and the connection closes; see ``maxDiscardedBody``.
    public var maxBody = 1_000_000
    /// Longest body of a request to a target (path and query as sent), where it is another than ``maxBody``. Default: nil
    /// for all, which is ``maxBody``. Must not block.
    public var maxBodyOfTarget: @Sendable (_ target: String) -> Int? = { _ in nil }
    /// Bytes of a refused body that are read and thrown away, so that a client that sends it all before it reads gets the
    /// answer and not a reset connection. Default 64 MiB.
    public var maxDiscardedBody = 64 * 1024 * 1024
    /// Time in which it is thrown away, from the answer on. Default 10 s.
    public var discardTimeout: Duration = .seconds(10)
    /// Bytes of a request's header fields in all. Default 32 KiB. More is answered 400, and the connection closes.
    public var maxHeaderBytes = 32 * 1024
    /// Header fields of a request. Default 100, with the same consequence.
    public var maxHeaderFields = 100
    /// Time from the beginning of the connection, or from the head of a request, to the end of that request. Default 30 s.
    /// A request that takes longer is answered 408; the connection closes.
    public var requestTimeout: Duration = .seconds(30)
    /// Time a kept connection may wait for its next request before it is closed, and a client may take to read the answer
    /// behind which its connection ends. Default 120 s.
    public var idleTimeout: Duration = .seconds(120)
    /// Time the rest of a request may take once the server is stopping, instead of ``requestTimeout``. Default 1 s.
    public var quiescingTimeout: Duration = .seconds(1)
    /// Told the status of each request that the connection refuses by itself, because it can't be read (400), is too slow
    /// (408) or expects what is not there (417). Called on the connection's event loop, so it must not block. Default: nil.
    public var onRefusal: (@Sendable (_ status: Int) -> Void)?

    /// The defaults.
    public init() {}
}
