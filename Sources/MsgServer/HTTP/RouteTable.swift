import HTTPTypes
import Hummingbird
import MsgKit

/// All calls of the API, put into a router.
struct RouteTable: Sendable {
    private static let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]

    let routes: [Route]
    let accounts: AccountService
    let maximumBody: Int

    /// Adds the routes, and for every path of theirs an answer 405 to the methods that it lacks.
    func register(in router: Router<RequestContext>) {
        let accounts = accounts
        let maximumBody = maximumBody
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                let apiRequest = APIRequest(request: request, context: context, maximumBody: maximumBody)
                // What is begun is finished, whoever still listens: a commit and what has to follow it are one thing.
                return try await AuditLog.$address.withValue(context.remoteAddress?.ipAddress) {
                    try await Task { try await route.answer(apiRequest, accounts: accounts).response() }.value
                }
            }
        }
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let taken = routes.map(\.method)
            var listed = Self.methods.filter(taken.contains)
            if taken.contains(.get) { listed.append(.head) }
            let allow = listed.map(\.rawValue).joined(separator: ", ")
            let others: [HTTPRequest.Method] = taken.contains(.get) ? [.options] : [.options, .head]
            for method in Self.methods + others where !taken.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw MethodNotAllowed(allow: allow)
                }
            }
        }
    }
}
