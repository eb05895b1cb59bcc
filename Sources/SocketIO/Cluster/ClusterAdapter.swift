/// Connects the servers of a cluster: what one does to its sockets is done by all to theirs.
///
/// Implement it on a message broker, and set ``SocketIOConfiguration/cluster``. ``InMemoryCluster`` connects servers of
/// one process.
public protocol ClusterAdapter: Sendable {
    /// Called once by each server, before anything else.
    ///
    /// - Parameter receive: is to be given what the other servers publish, what one publishes in its order. It returns at
    ///   once. A server's own messages may be given to it too; it knows them.
    /// - Returns: leaves the cluster. Called once, when the server is shut down and its last handler done: from then on it
    ///   is to be given nothing, and is no peer of the others.
    func start(receive: @escaping @Sendable (ClusterMessage) -> Void) -> @Sendable () -> Void

    /// Sends a message to every other server. Returns at once; what cannot be sent is lost, and the adapter's to report.
    func publish(_ message: ClusterMessage)

    /// How many other servers will answer a request.
    ///
    /// - Throws: what keeps it from knowing; the call that asked throws it on.
    func peerCount() async throws -> Int
}
