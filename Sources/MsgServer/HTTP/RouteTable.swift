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
                return try await route.answer(apiRequest, accounts: accounts).response()
            }
        }
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let taken = routes.map(\.method)
            var listed = Self.methods.filter(taken.contains)
            if taken.contains(.get) { listed.append(.head) }
            let allow = listed.map(\.rawValue).joined(separator: ", ")
            for method in Self.methods + [.options] where !taken.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw MethodNotAllowed(allow: allow)
                }
            }
        }
    }
}
