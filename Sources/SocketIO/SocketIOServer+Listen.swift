import EngineIO

extension SocketIOServer {
    /// Listens for connections until the listener or the server is closed.
    ///
    /// ```swift
    /// let listener = try await io.listen(port: 3000)
    /// print("listening at \(listener.address)")
    /// await listener.wait()
    /// ```
    ///
    /// - Parameters:
    ///   - host: an address of this machine, or a name of one. `0.0.0.0` and `::` are all of its addresses.
    ///   - port: 0 lets the system choose one; see ``EngineIO/EngineIOListener/port``.
    ///   - options: bounds, TLS, and what answers requests that are not Socket.IO's (404 by default).
    /// - Throws: ``EngineIO/EngineIOListenError``.
    public func listen(
        host: String = "127.0.0.1", port: Int, options: EngineIOListenOptions = EngineIOListenOptions()
    ) async throws(EngineIOListenError) -> EngineIOListener {
        try await engine.listen(host: host, port: port, options: options)
    }

    /// Listens until the task is cancelled, then shuts the server down: a service's whole life.
    ///
    /// In a `ServiceGroup`, wrap the call in `cancelWhenGracefulShutdown`.
    ///
    /// - Parameters:
    ///   - shutdownDeadline: for ``shutdown(deadline:)``.
    ///   - onListening: called once, with the listener.
    /// - Throws: ``EngineIO/EngineIOListenError``. A cancellation is no error.
    public func run(
        host: String = "127.0.0.1", port: Int, options: EngineIOListenOptions = EngineIOListenOptions(),
        shutdownDeadline: Duration = .seconds(10),
        onListening: @Sendable (EngineIOListener) async -> Void = { _ in }
    ) async throws(EngineIOListenError) {
        try await engine.serve(host: host, port: port, options: options, onListening: onListening)
        await shutdown(deadline: shutdownDeadline)
    }
}
