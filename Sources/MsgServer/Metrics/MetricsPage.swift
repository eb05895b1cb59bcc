import HTTPTypes
import Hummingbird
import MsgKit
import NIOCore

/// `/metrics`: who may read it, and what it says.
public struct MetricsPage: Sendable {
    /// What is answered, in the form that an `Accept` header asks for.
    public typealias Reader = @Sendable (_ accept: String?) async -> (contentType: String, text: String)

    private static let path = "/metrics"
    /// Headers by which proxies say for whom they ask.
    private static let forwarding = ["forwarded", "via", "x-real-ip", "cf-connecting-ip", "true-client-ip"]

    private let configuration: Configuration.Metrics
    private let read: Reader

    public init(_ configuration: Configuration.Metrics, read: @escaping Reader) {
        self.configuration = configuration
        self.read = read
    }

    /// The route beside those of the API; none when nobody may read.
    var routes: [Route] {
        guard configuration.access != .off else { return [] }
        return [
            Route(page: Self.path) { request in
                try await answer(request.request, from: request.context.remoteAddress)
            }
        ]
    }

    /// Has a router of its own answer.
    func register(in router: Router<RequestContext>) {
        guard configuration.access != .off else { return }
        let path = RouterPath(Self.path)
        router.on(path, method: .get) { request, context in
            // The router overlooks another slash.
            guard request.uri.path == Self.path else { throw HTTPError(.notFound) }
            return try await answer(request, from: context.remoteAddress)
        }
        for method in [HTTPRequest.Method.post, .put, .patch, .delete] {
            router.on(path, method: method) { _, _ -> Response in throw MethodNotAllowed(allow: "GET, HEAD") }
        }
    }

    private func answer(_ request: Request, from address: SocketAddress?) async throws -> Response {
        try allow(request, from: address)
        let (contentType, text) = await read(request.headers[.accept])
        return Response(
            status: .ok, headers: [.contentType: contentType, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func allow(_ request: Request, from address: SocketAddress?) throws {
        switch configuration.access {
        case .anyone: return
        case .off: throw MsgError(.notFound, "There is no such route.")
        case .loopback:
            let address = address?.ipAddress.flatMap { IPAddress($0) }
            guard address?.isLoopback == true, !Self.isForwarded(request.headers) else {
                throw MsgError(
                    .forbidden, "Metrics are for this machine only; metrics.access says who else may read them.")
            }
        case .token:
            let given = APIRequest.bearerToken(request.headers[.authorization])
            guard let given, let token = configuration.token, ConstantTime.areEqual(given, token.reveal()) else {
                throw MsgError(.authenticationRequired, "Send metrics.token as Authorization: Bearer <token>.")
            }
        }
    }

    /// Whether a proxy says that it asks for somebody else, from wherever it runs.
    private static func isForwarded(_ headers: HTTPFields) -> Bool {
        headers.contains { field in
            let name = field.name.canonicalName
            return forwarding.contains(name) || name.hasPrefix("x-forwarded-")
        }
    }
}
