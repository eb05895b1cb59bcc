import HTTPTypes
import Hummingbird
import MsgKit

/// One call of the API, or one of its pages.
struct Route: Sendable {
    typealias Handler = @Sendable (APIRequest, Principal) async throws -> APIAnswer

    let method: HTTPRequest.Method
    /// With `:name` for what varies.
    let path: String
    let access: RouteAccess
    /// Whether calls count for the limit of their address.
    let isLimited: Bool
    private let handler: @Sendable (APIRequest, AccountService) async throws -> Response

    /// A route for anyone.
    /// - Parameter isLimited: false for what watches the service, often from behind the same address as its clients. It also
    ///   pays no heed to a query, which the watching may add.
    init(
        open method: HTTPRequest.Method, _ path: String, isLimited: Bool = true,
        handler: @escaping @Sendable (APIRequest) async throws -> APIAnswer
    ) {
        self.method = method
        self.path = path
        access = .anyone
        self.isLimited = isLimited
        self.handler = { request, _ in
            if isLimited { try Self.refuseQuery(of: request) }
            return try await handler(request).response()
        }
    }

    /// Something that is no JSON of the API's form and says itself who may read it: pages, their files, metrics. It is not
    /// limited, as what it costs does not grow with the calls.
    init(page path: String, handler: @escaping @Sendable (APIRequest) async throws -> Response) {
        method = .get
        self.path = path
        access = .anyone
        isLimited = false
        self.handler = { request, _ in try await handler(request) }
    }

    /// A route for who shows an access token and has a role, which is checked before anything of the request is read.
    /// - Parameter takesQuery: whether the handler reads the query; else one that is not empty is refused.
    init(
        _ method: HTTPRequest.Method, _ path: String, for role: UserRole = .user, takesQuery: Bool = false,
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        access = .role(role)
        isLimited = true
        self.handler = { request, accounts in
            guard let token = request.bearerToken else {
                throw MsgError(
                    .authenticationRequired, "Log in, and send the access token as Authorization: Bearer <token>.")
            }
            let principal = try await accounts.authenticate(token).principal
            do {
                try principal.require(role)
            } catch {
                accounts.audit.record(
                    .accessDenied(route: "\(method.rawValue) \(path)", role: principal.role), by: AuditActor(principal))
                throw error
            }
            if !takesQuery { try Self.refuseQuery(of: request) }
            return try await handler(request, principal).response()
        }
    }

    private static func refuseQuery(of request: APIRequest) throws {
        var query = try request.query()
        try query.finish()
    }

    func answer(_ request: APIRequest, accounts: AccountService) async throws -> Response {
        try await handler(request, accounts)
    }
}
