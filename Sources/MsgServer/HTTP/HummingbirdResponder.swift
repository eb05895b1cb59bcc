import EngineIO
import HTTPTypes
import Hummingbird
import Logging
import NIOConcurrencyHelpers
import NIOCore

/// Has Hummingbird answer what an HTTP connection of EngineIO received.
struct HummingbirdResponder: Sendable {
    let respond: @Sendable (Request, any Channel) async -> Response

    /// Nil when the body of the answer can't be made.
    func answer(_ head: HTTPRequest, _ body: HTTPRequestBody, _ channel: any Channel) async -> EngineIOResponse? {
        let requestBody =
            switch body {
            case .complete(let bytes): RequestBody(buffer: bytes)
            case .tooLarge: RequestBody(asyncSequence: OversizedBody())
            }
        let response = await respond(Request(head: head, body: requestBody), channel)
        let collector = BodyCollector()
        do {
            try await response.body.write(collector)
        } catch {
            return nil
        }
        return EngineIOResponse(head: response.head, body: collector.bytes.withLockedValue { $0 })
    }
}

extension HummingbirdResponder {
    /// - Parameter clients: finds the client behind a trusted proxy; nil where only the peer counts.
    init(_ router: RouterResponder<RequestContext>, clients: ClientAddresses? = nil, logger: Logger) {
        self.init { request, channel in
            var context = RequestContext(source: .init(channel: channel, logger: logger))
            if let clients {
                context.clientAddress = clients.client(of: context.clientAddress, headers: request.headers)
            }
            do {
                return try await router.respond(to: request, context: context)
            } catch {
                // The middleware answers every error; only one of its own could come here.
                logger.error("a request was not answered", metadata: ["error": "\(String(reflecting: error))"])
                return Response(status: .internalServerError)
            }
        }
    }
}
