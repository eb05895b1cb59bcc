import HTTPTypes
import Hummingbird
import Logging
import MsgKit

/// Counts what is answered, whichever way, and logs it at debug.
struct RequestMetricsMiddleware: RouterMiddleware {
    let metrics: RequestMetrics
    /// Requests below this path are counted and not timed: a poll takes as long as there is nothing to tell.
    let untimedPath: String

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let isTimed = !request.uri.path.hasPrefix(untimedPath)
        // What no route takes has Hummingbird's own name.
        let route = context.endpointPath.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? RequestMetrics.unmatched
        metrics.answered(request.method, route, status: response.status.code, since: isTimed ? start : nil)
        context.logger.debug(
            "a request is answered",
            metadata: [
                "method": "\(request.method.rawValue.prefix(16))", "route": "\(route)",
                "status": "\(response.status.code)",
                "milliseconds": "\(Int((ContinuousClock.now - start).seconds * 1000))",
            ])
        return response
    }
}
