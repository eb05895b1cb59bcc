/// The main namespace, `/`, under the names that it has on the server in other languages: `io.use`, `io.onConnection`,
/// `io.on`, `io.to("room").emit`, `io.fetchSockets` and so on mean `io.main` (which is `io.of("/")`), as its methods do.
extension SocketIOServer: HandlerRegistration, BroadcastSource {
    /// The namespace `/`, which clients connect to when they name none.
    public var main: Namespace { of("/") }

    /// Where handlers that are registered with the server are kept: the main namespace's.
    public var handlers: HandlerTable { main.handlers }

    /// All sockets of the main namespace.
    public var all: BroadcastOperator { main.all }

    /// Sends an event of the main namespace to the other servers of the cluster; see
    /// ``Namespace/serverSideEmit(_:_:)``.
    public func serverSideEmit<each Payload: Encodable>(_ event: String, _ payload: repeat each Payload) throws {
        try main.serverSideEmit(event, repeat each payload)
    }

    /// Sends an event of the main namespace to the other servers and waits for the answer of each; see
    /// ``Namespace/serverSideEmitWithAck(_:_:timeout:)``.
    public func serverSideEmitWithAck<each Payload: Encodable>(
        _ event: String, _ payload: repeat each Payload, timeout: Duration = .seconds(5)
    ) async throws -> [EventArguments] {
        try await main.serverSideEmitWithAck(event, repeat each payload, timeout: timeout)
    }

    /// Handles an event that another server sent in its main namespace; see ``Namespace/onServerSideEmit(_:_:)``.
    public func onServerSideEmit(_ event: String, _ handler: @escaping Namespace.ServerSideHandler) {
        main.onServerSideEmit(event, handler)
    }
}
