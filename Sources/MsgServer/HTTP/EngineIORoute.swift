import EngineIO
import HTTPTypes
import Hummingbird
import NIOCore

/// Engine.IO's polling transport, at its path.
struct EngineIORoute: Sendable {
    let engine: EngineIOServer

    func register(in router: Router<RequestContext>) {
        let engine = engine
        for method in [HTTPRequest.Method.get, .post, .options, .put, .patch, .delete, .head] {
            router.on(RouterPath(engine.configuration.path), method: method) { request, context in
                let body: ByteBuffer
                do {
                    body = try await request.body.collect(upTo: engine.configuration.maxPayload)
                } catch {
                    return Self.response(engine.respondPayloadTooLarge(to: request.head), closes: true)
                }
                let answer = await engine.respond(to: request.head, body: body, remoteAddress: context.remoteAddress)
                return Self.response(answer, closes: false)
            }
        }
    }

    private static func response(_ answer: EngineIOResponse, closes: Bool) -> Response {
        var headers = answer.head.headerFields
        // The rest of the body stays unread: the connection can't carry another request.
        if closes { headers[.connection] = "close" }
        return Response(status: answer.head.status, headers: headers, body: .init(byteBuffer: answer.body))
    }
}
