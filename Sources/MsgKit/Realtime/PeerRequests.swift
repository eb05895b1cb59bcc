/// An event bus over which servers of another make ask about the sockets of this process.
public protocol PeerRequests: Sendable {
    /// Whose sockets they are told of from now on. Until then, and after nil, they hear that there are none.
    func answer(from sockets: (any LocalSockets)?)
}
