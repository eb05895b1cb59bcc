extension BroadcastOperator {
    /// The connected sockets of all servers of the cluster; without one, or with ``local``, those of this process.
    ///
    /// - Throws: ``SocketIOError/clusterTimeout(answers:of:)``, and what the adapter throws.
    public func fetchRemoteSockets(timeout: Duration = .seconds(5)) async throws -> [RemoteSocket] {
        var found: [RemoteSocket.Description] = []
        for socket in await fetchSockets() { found.append(await .init(socket)) }
        if let cluster = namespace.context.cluster, !selection.isLocal {
            for answer in try await cluster.gather(.sockets(selection), in: namespace.name, timeout: timeout) {
                if case .sockets(let sockets) = answer { found += sockets }
            }
        }
        return found.map { RemoteSocket($0, in: namespace) }
    }

    /// Has the other servers do what was done here.
    func publish(_ content: ClusterMessage.Content) {
        guard !selection.isLocal else { return }
        namespace.context.cluster?.publish(content, in: namespace.name)
    }
}
