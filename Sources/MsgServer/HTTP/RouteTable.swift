import HTTPTypes
import Hummingbird
import MsgKit

/// All calls of the API, put into a router.
struct RouteTable: Sendable {
    private static let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]
    /// What no route takes. The router knows paths only together with methods, so each has to be named.
    private static let foreignMethods: [HTTPRequest.Method] = ["OPTIONS", "TRACE", "CONNECT", "QUERY"]
        .compactMap { name in HTTPRequest.Method(rawValue: name) }

    let routes: [Route]
    let accounts: AccountService
    let limits: RateLimits
    let maximumBody: Int

    /// Adds the routes, and for every path of theirs an answer 405 to the methods that it lacks.
    func register(in router: Router<RequestContext>) {
        let accounts = accounts
        let limits = limits
        let maximumBody = maximumBody
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                try Self.requireExact(request.uri.path)
                let apiRequest = APIRequest(request: request, context: context, maximumBody: maximumBody)
                // What is begun is finished, whoever still listens: a commit and what has to follow it are one thing.
                return try await AuditLog.$address.withValue(context.clientAddress?.description) {
                    try await Task {
                        if route.isLimited {
                            try await limits.take(.request(from: context.clientAddress), noting: context.rateLimits)
                        }
                        return try await route.answer(apiRequest, accounts: accounts)
                    }.value
                }
            }
        }
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let taken = routes.map(\.method)
            var listed = Self.methods.filter(taken.contains)
            if taken.contains(.get) { listed.append(.head) }
            let allow = listed.map(\.rawValue).joined(separator: ", ")
            let others = taken.contains(.get) ? Self.foreignMethods : Self.foreignMethods + [.head]
            for method in Self.methods + others where !taken.contains(method) {
                router.on(RouterPath(path), method: method) { request, _ -> Response in
                    try Self.requireExact(request.uri.path)
                    throw MethodNotAllowed(allow: allow)
                }
            }
        }
    }

    /// The router overlooks empty segments. To the proxy before it `/metrics/` is another path than `/metrics`, which it may
    /// have been told to keep to itself, and `/sessions/` with an id left out is not what is meant by `/sessions`.
    private static func requireExact(_ path: String) throws {
        guard path == "/" || !(path.hasSuffix("/") || path.contains("//")) else { throw HTTPError(.notFound) }
    }
}
