import HTTPTypes
import Hummingbird
import MsgKit

/// Tells clients in every answer how much of the limit that is nearest they have left.
struct RateLimitHeadersMiddleware: RouterMiddleware {
    /// Limit, what is left of it, seconds until a place is free again, and `limit;w=seconds`.
    static let names = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"]
    private static let fields = names.compactMap { HTTPField.Name($0) }

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let (decision, limit) = context.rateLimits.tightest.map({ ($0.decision, $0.limit) }) else {
            return response
        }
        let values = [
            "\(decision.limit)", "\(decision.remaining)", "\(decision.resetsAfter.wholeSecondsUp)",
            "\(limit.count);w=\(limit.window.wholeSecondsUp)",
        ]
        for (field, value) in zip(Self.fields, values) { response.headers[field] = value }
        return response
    }
}
