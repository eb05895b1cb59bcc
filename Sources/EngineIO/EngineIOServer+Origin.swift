import HTTPTypes
import NIOCore

extension EngineIOServer {
    /// Whether the page that sent the request may not.
    func originProblem(of request: HTTPRequest) -> EngineIOProblem? {
        guard let origin = request.headerFields[.origin] else { return nil }
        let host = request.authority ?? request.headerFields[HTTPField.Name.host]
        return configuration.allowedOrigins.allows(origin: origin, host: host) ? nil : .forbidden
    }

    /// Lets the page that sent the request read the response.
    func withCORS(_ response: EngineIOResponse, for request: HTTPRequest) -> EngineIOResponse {
        guard let origin = request.headerFields[.origin], originProblem(of: request) == nil else { return response }
        var response = response
        response.head.headerFields[.accessControlAllowOrigin] = origin
        response.head.headerFields[.accessControlAllowCredentials] = "true"
        response.head.headerFields[.vary] = "Origin"
        return response
    }

    /// The answer to a browser that asks before a cross-origin request.
    func preflight(_ request: HTTPRequest) -> EngineIOResponse {
        var response = EngineIOResponse(status: .noContent, contentType: nil, body: ByteBuffer())
        // RFC 9110 forbids the field in a 204.
        response.head.headerFields[.contentLength] = nil
        response.head.headerFields[.accessControlAllowMethods] = "GET, POST, OPTIONS"
        response.head.headerFields[.accessControlAllowHeaders] =
            request.headerFields[.accessControlRequestHeaders] ?? "Content-Type, Authorization"
        response.head.headerFields[.accessControlMaxAge] = "600"
        return response
    }
}

extension HTTPField.Name {
    /// Requests that were turned from HTTP/1.1 into `HTTPRequest` have it as their authority instead.
    static let host = HTTPField.Name("Host") ?? .origin
}
