/// Told of what a server sends, for counters. Must not block.
public protocol SocketIOObserver: Sendable {
    /// An event to a selection of sockets was written to some of one event loop: called once for each loop that has any of
    /// them, on that loop.
    func delivered(_ event: String, to recipients: Int)
}
