import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOWebSocket

extension EngineIOServer {
    /// Sets a new channel up for HTTP/1.1 of which any request may make it a websocket. Called on the channel's loop, in
    /// its initializer.
    ///
    /// - Parameters:
    ///   - security: what stands before these handlers in the pipeline.
    ///   - httpHandlers: what handles `HTTPServerRequestPart`s and answers each request with a head, its body and
    ///     an end. Refused upgrades come to them as any other request. They are removed when the connection becomes a
    ///     websocket: it belongs to its session from then on; wait for its `closeFuture`, touch nothing else.
    public func configureHTTPServerPipeline(
        of channel: any Channel, limits: NIOHTTPDecoderLimitConfiguration = NIOHTTPDecoderLimitConfiguration(),
        security: EngineIOConnectionSecurity = .unknown, httpHandlers: [any RemovableChannelHandler]
    ) throws {
        let encoder = HTTPResponseEncoder()
        let decoder = ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits))
        let handler = HTTPUpgradeHandler(
            server: self, security: security, encoder: encoder, decoder: decoder, httpHandlers: httpHandlers)
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, handler])
        try channel.pipeline.syncOperations.addHandlers(httpHandlers)
    }

    /// The header fields of the 101 response; fails when the request may not upgrade.
    func upgradeResponse(to head: HTTPRequestHead, on channel: any Channel) -> EventLoopFuture<HTTPHeaders> {
        // Only asked for the response: as an upgrader it would add a frame encoder, which frames made in advance
        // cannot pass.
        let responder = NIOTypedWebSocketServerUpgrader<Void>(
            shouldUpgrade: { channel, head in self.shouldUpgrade(head: head, channel: channel) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        return responder.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:])
    }

    /// Whether a request may become a websocket: of this path and protocol, from an allowed origin, and either new or
    /// for a polling session that has not been upgraded.
    ///
    /// - Returns: header fields to add to the 101 response; nil when not. The request then goes on as plain HTTP, and
    ///   `respond` says what is wrong with it.
    public func shouldUpgrade(head: HTTPRequestHead, channel: any Channel) -> EventLoopFuture<HTTPHeaders?> {
        let query = EngineIOQuery(target: head.uri)
        let refused = channel.eventLoop.makeSucceededFuture(HTTPHeaders?.none)
        guard query.isPath(configuration.path), query.transport == .websocket, head.method == .GET,
            head.namesOneHost
        else {
            return refused
        }
        if let origin = head.headers.first(name: "Origin") {
            let host = head.headers.first(name: "Host")
            guard configuration.allowedOrigins.allows(origin: origin, host: host) else { return refused }
        }
        guard let id = query.sessionID else {
            guard query.isProtocol4, registry.hasRoom else { return refused }
            return allowedHandshake(head, channel: channel)
        }
        guard let session = registry[id] else { return refused }
        return session.eventLoop.submit { session.state.acceptsUpgrade ? HTTPHeaders() : nil }
            .hop(to: channel.eventLoop)
    }

    /// Turns a channel, whose HTTP handlers are gone and whose 101 is sent, into the transport of a session. For servers
    /// that upgrade by other means than `configureHTTPServerPipeline`.
    ///
    /// - Parameter security: what stands before it in the pipeline.
    public func completeUpgrade(
        channel: any Channel, head: HTTPRequestHead, security: EngineIOConnectionSecurity = .unknown
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.submit { try self.install(on: channel, head: head, security: security) }
    }

    func install(
        on channel: any Channel, head: HTTPRequestHead, security: EngineIOConnectionSecurity = .unknown
    ) throws {
        let query = EngineIOQuery(target: head.uri)
        let upgraded = query.sessionID.flatMap { registry[$0] }
        let loop = upgraded?.loop ?? loop(for: channel.eventLoop)
        let handler = WebSocketHandler(server: self, socket: security == .plain ? DirectSocket(channel) : nil)
        let link = WebSocketLink(handler: handler, channelLoop: channel.eventLoop, home: loop.eventLoop)
        handler.link = link
        let decoder = WebSocketFrameDecoder(maxFrameSize: min(configuration.maxPayload, Int(UInt32.max)))
        // No frame encoder: frames are made once for all their recipients, and written as they are.
        try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), handler])
        if let upgraded {
            onHome(link) { upgraded.upgradeConnected(link) }
            return
        }
        let handshake = EngineIOHandshake(
            target: head.uri, headers: head.headers, remoteAddress: channel.remoteAddress, time: configuration.now(),
            transport: .websocket, isSecure: security == .tls)
        let session = EngineIOSession(id: configuration.makeID(), handshake: handshake, loop: loop, server: self)
        // A session id that has ended since the upgrade was granted, or no room any more.
        guard query.sessionID == nil, registry.add(session) else {
            report(
                EngineIORequest(head, remoteAddress: channel.remoteAddress),
                query.sessionID == nil ? .unavailable : .unknownSession)
            handler.close(.policyViolation)
            return
        }
        onHome(link) { session.open(link: link) }
    }

    private func onHome(_ link: WebSocketLink, _ body: @escaping @Sendable () -> Void) {
        if link.batches {
            link.home.execute(body)
        } else {
            body()
        }
    }
}
