import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix

extension EngineIOServer {
    /// Listens for connections until the listener or the server is closed.
    ///
    /// - Parameters:
    ///   - host: an address of this machine, or a name of one. `0.0.0.0` and `::` are all of its addresses.
    ///   - port: 0 lets the system choose one; see ``EngineIOListener/port``.
    /// - Throws: ``EngineIOListenError``.
    public func listen(
        host: String = "127.0.0.1", port: Int, options: EngineIOListenOptions = EngineIOListenOptions()
    ) async throws(EngineIOListenError) -> EngineIOListener {
        guard (0...65_535).contains(port) else { throw EngineIOListenError(.unknownHost, host: host, port: port) }
        let connections = OpenConnections()
        let channel: any Channel
        do {
            channel = try await bootstrap(options, connections).bind(host: host, port: port).get()
        } catch {
            throw EngineIOListenError(error, host: host, port: port)
        }
        guard let address = channel.localAddress else {
            throw EngineIOListenError(.other, host: host, port: port)
        }
        let listener = EngineIOListener(
            channel: channel, address: address, connections: connections, registry: listeners)
        guard listeners.add(listener) else {
            await listener.close()
            throw EngineIOListenError(.shutDown, host: host, port: port)
        }
        return listener
    }

    /// Listens until the task is cancelled, then shuts the server down: a service's whole life.
    ///
    /// - Parameters:
    ///   - shutdownDeadline: for `shutdown`.
    ///   - onListening: called once, with the listener.
    /// - Throws: ``EngineIOListenError``. A cancellation is no error.
    public func run(
        host: String = "127.0.0.1", port: Int, options: EngineIOListenOptions = EngineIOListenOptions(),
        shutdownDeadline: Duration = .seconds(10),
        onListening: @Sendable (EngineIOListener) async -> Void = { _ in }
    ) async throws(EngineIOListenError) {
        try await serve(host: host, port: port, options: options, onListening: onListening)
        await shutdown(deadline: shutdownDeadline)
    }

    /// Listens until the task is cancelled; the sessions are left to the caller.
    package func serve(
        host: String, port: Int, options: EngineIOListenOptions,
        onListening: @Sendable (EngineIOListener) async -> Void
    ) async throws(EngineIOListenError) {
        let listener = try await listen(host: host, port: port, options: options)
        await onListening(listener)
        await withTaskCancellationHandler {
            await listener.wait()
        } onCancel: {
            listener.stopAccepting()
        }
    }

    private func bootstrap(_ options: EngineIOListenOptions, _ connections: OpenConnections) -> ServerBootstrap {
        var settings = options.http
        settings.maxBody = max(settings.maxBody, configuration.maxPayload)
        let responder = responder(onRequest: options.onRequest)
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(clamping: options.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptHandler(connections: connections, maxConnections: options.maxConnections))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A client may stop sending before it has its answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [settings] channel in
                channel.eventLoop.makeCompletedFuture {
                    try options.tls?(channel)
                    try self.configureHTTPServerPipeline(
                        of: channel, settings: settings, security: options.tls == nil ? .plain : .tls,
                        responder: responder)
                }
            }
    }

    private func responder(
        onRequest: @escaping EngineIOListenOptions.RequestHandler
    ) -> HTTPConnectionHandler.Responder {
        { request, body, channel in
            guard EngineIOQuery(target: request.path ?? "").isPath(self.configuration.path) else {
                return await onRequest(request, body, channel)
            }
            guard case .complete(let bytes) = body else { return self.respondPayloadTooLarge(to: request) }
            return await self.respond(to: request, body: bytes, remoteAddress: channel.remoteAddress)
        }
    }

    /// Sets a new channel up for HTTP/1.1 with bounds, of which any request may make it a websocket. Called on the
    /// channel's loop, in its initializer; the channel is one of NIOPosix.
    package func configureHTTPServerPipeline(
        of channel: any Channel, settings: HTTPConnectionSettings, security: EngineIOConnectionSecurity,
        responder: @escaping HTTPConnectionHandler.Responder
    ) throws {
        try HTTPConnectionHandler.limitReadBuffer(of: channel)
        try configureHTTPServerPipeline(
            of: channel, limits: settings.decoderLimits, security: security,
            httpHandlers: [HTTPConnectionHandler(settings: settings, isSecure: security == .tls, responder: responder)])
    }
}
