import HTTPTypes
import Hummingbird

/// Tells browsers to take answers for nothing but what they are: the headers that Helmet 8 sets.
///
/// They differ from its defaults in that no page may be framed, and that policies are those of ``ContentPolicy``.
struct SecurityHeadersMiddleware: RouterMiddleware {
    private static let fields: [HTTPField] = [
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Origin-Agent-Cluster", "?1"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-DNS-Prefetch-Control", "off"),
        ("X-Download-Options", "noopen"),
        ("X-Frame-Options", "DENY"),
        ("X-Permitted-Cross-Domain-Policies", "none"),
        ("X-XSS-Protection", "0"),
    ].compactMap { name, value in HTTPField.Name(name).map { HTTPField(name: $0, value: value) } }

    func handle(
        _ request: Request, context: RequestContext, next: (Request, RequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = ContentPolicy.api.text
        }
        for field in Self.fields { response.headers[field.name] = field.value }
        if Self.cameByTLS(request) {
            response.headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains"
        }
        return response
    }

    /// Whether the browser came by TLS, to this server or to a proxy that says so. Anybody may say so: browsers heed
    /// the header only in an answer that did come by TLS.
    private static func cameByTLS(_ request: Request) -> Bool {
        request.head.scheme == "https" || ForwardedProtocol.isTLS(request.headers[.xForwardedProto])
    }
}
