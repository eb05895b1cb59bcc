import HTTPTypes
import Hummingbird
import MsgKit

/// Gives each request an id, that of its `X-Request-Id` when it has one that is fit for it, and answers with it. Whatever is
/// done for the request has it in its log lines.
struct RequestIDMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        let id = request.headers[.xRequestID].flatMap { MsgKit.RequestID($0) } ?? .next()
        var response = try await MsgKit.RequestID.$current.withValue(id) { try await next(request, context) }
        response.headers[.xRequestID] = id.description
        return response
    }
}
