import HTTPTypes
import Hummingbird

/// Answers preflights and marks answers for the pages of ``CORSPolicy``. Engine.IO answers for its own path.
struct CORSMiddleware: RouterMiddleware {
    /// What a page's script may read besides the fields that every one may.
    private static let exposed = (["Retry-After", "X-Request-Id"] + RateLimitHeadersMiddleware.names)
        .joined(separator: ", ")

    let policy: CORSPolicy
    /// Requests below this path are left alone.
    let exceptPath: String

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], !request.uri.path.hasPrefix(exceptPath) else {
            return try await next(request, context)
        }
        let isPreflight = request.method == .options && request.headers[.accessControlRequestMethod] != nil
        var response = isPreflight ? Response(status: .noContent) : try await next(request, context)
        response.headers[.vary] = "Origin"
        guard let allowed = policy.allowed(origin) else { return response }
        response.headers[.accessControlAllowOrigin] = allowed
        if allowed != "*" { response.headers[.accessControlAllowCredentials] = "true" }
        if !isPreflight { response.headers[.accessControlExposeHeaders] = Self.exposed }
        if isPreflight {
            response.headers[.accessControlAllowMethods] = "GET, POST, PUT, PATCH, DELETE"
            response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, X-Request-Id"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }
}
