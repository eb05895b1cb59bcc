import HTTPTypes
import Logging
import NIOCore

extension EngineIOServer {
    /// Serves a request to ``EngineIOConfiguration/path``, whatever its method.
    ///
    /// A GET returns when there is something for the client, so this may take a whole ping interval. When the task is
    /// cancelled meanwhile (the client is gone), the session is closed as ``EngineIOCloseReason/transportError``.
    ///
    /// - Parameters:
    ///   - request: over TLS when its scheme is `https`.
    ///   - body: the whole body, read with ``EngineIOConfiguration/maxPayload`` as its bound; see
    ///     `respondPayloadTooLarge`.
    ///   - remoteAddress: for ``EngineIOHandshake/remoteAddress``.
    /// - Returns: always a response; refusals are JSON `{"code":n,"message":"…"}` with status 400, 403, 413 or 503.
    public func respond(
        to request: HTTPRequest, body: ByteBuffer?, remoteAddress: SocketAddress?
    ) async -> EngineIOResponse {
        if let refusal = originProblem(of: request) { return refuse(request, from: remoteAddress, refusal) }
        guard request.method != .options else { return withCORS(preflight(request), for: request) }
        do {
            return withCORS(try await serve(request, body: body, remoteAddress: remoteAddress), for: request)
        } catch let problem as EngineIOProblem {
            return withCORS(refuse(request, from: remoteAddress, problem), for: request)
        } catch {
            // Only a stopping event loop fails.
            logger.warning("an Engine.IO request failed", metadata: ["error": "\(error)"])
            return withCORS(EngineIOResponse(problem: .unavailable), for: request)
        }
    }

    /// The answer when reading a body within ``EngineIOConfiguration/maxPayload`` failed: 413.
    public func respondPayloadTooLarge(to request: HTTPRequest) -> EngineIOResponse {
        withCORS(refuse(request, from: nil, .payloadTooLarge), for: request)
    }

    private func serve(
        _ request: HTTPRequest, body: ByteBuffer?, remoteAddress: SocketAddress?
    ) async throws -> EngineIOResponse {
        let query = EngineIOQuery(target: request.path ?? "")
        guard let transport = query.transport else { throw EngineIOProblem.unknownTransport }
        if let id = query.sessionID {
            guard let session = registry[id] else { throw EngineIOProblem.unknownSession }
            guard transport == .polling else { throw EngineIOProblem.badRequest }
            switch request.method {
            case .get: return try await poll(session)
            case .post: return try await post(body ?? ByteBuffer(), to: session)
            default: throw EngineIOProblem.badRequest
            }
        }
        guard request.method == .get else { throw EngineIOProblem.badHandshakeMethod }
        guard query.isProtocol4 else { throw EngineIOProblem.unsupportedProtocol }
        guard registry.hasRoom else { throw EngineIOProblem.unavailable }
        let seen = EngineIORequest(request, remoteAddress: remoteAddress)
        if let problem = await applicationProblem(of: seen) { throw problem }
        // A websocket that may not, or that asked for none.
        guard transport == .polling else { throw EngineIOProblem.badRequest }
        let handshake = EngineIOHandshake(
            target: request.path ?? "", headers: request.headerFields, remoteAddress: remoteAddress,
            time: configuration.now(), transport: .polling, isSecure: request.scheme == "https")
        return withInitialHeaders(try await openSession(handshake), for: seen)
    }

    private func openSession(_ handshake: EngineIOHandshake) async throws -> EngineIOResponse {
        let session = EngineIOSession(
            id: configuration.makeID(), handshake: handshake, loop: nextLoop(), server: self)
        guard registry.add(session) else { throw EngineIOProblem.unavailable }
        return try await session.eventLoop.submit {
            session.open(link: nil)
            var response = EngineIOResponse(payload: session.openPacket(upgrades: true))
            if let cookie = self.configuration.cookie {
                response.head.headerFields[.setCookie] = cookie.field(for: session.id)
            }
            return response
        }.get()
    }

    private func poll(_ session: EngineIOSession) async throws -> EngineIOResponse {
        let answer = session.eventLoop.makePromise(of: EngineIOResponse.self)
        return try await withTaskCancellationHandler {
            session.eventLoop.execute { session.pollReceived(answer: answer) }
            // A task cancelled before the poll was parked has run its handler for nothing.
            if Task.isCancelled { session.eventLoop.execute { session.pollCancelled(answer: answer) } }
            return try await answer.futureResult.get()
        } onCancel: {
            session.eventLoop.execute { session.pollCancelled(answer: answer) }
        }
    }

    private func post(_ body: ByteBuffer, to session: EngineIOSession) async throws -> EngineIOResponse {
        guard body.readableBytes <= configuration.maxPayload else { throw EngineIOProblem.payloadTooLarge }
        let packets: [EngineIOPacket]
        do {
            packets = try PollingPayload.decode(body, maxPackets: configuration.maxPacketsPerPayload)
        } catch {
            session.close(reason: .parseError)
            throw EngineIOProblem.badRequest
        }
        let answer = session.eventLoop.makePromise(of: EngineIOResponse.self)
        session.eventLoop.execute { session.postReceived(packets, answer: answer) }
        return try await answer.futureResult.get()
    }
}
