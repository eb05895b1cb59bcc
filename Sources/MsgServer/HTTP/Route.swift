import HTTPTypes
import MsgKit

/// One call of the API.
struct Route: Sendable {
    typealias Handler = @Sendable (APIRequest, Principal) async throws -> APIAnswer

    let method: HTTPRequest.Method
    /// With `:name` for what varies.
    let path: String
    let access: RouteAccess
    private let handler: @Sendable (APIRequest, AccountService) async throws -> APIAnswer

    /// A route for anyone.
    init(
        open method: HTTPRequest.Method, _ path: String,
        handler: @escaping @Sendable (APIRequest) async throws -> APIAnswer
    ) {
        self.method = method
        self.path = path
        access = .anyone
        self.handler = { request, _ in try await handler(request) }
    }

    /// A route for who shows an access token and has a role, which is checked before anything of the request is read.
    init(_ method: HTTPRequest.Method, _ path: String, for role: UserRole = .user, handler: @escaping Handler) {
        self.method = method
        self.path = path
        access = .role(role)
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
            return try await handler(request, principal)
        }
    }

    func answer(_ request: APIRequest, accounts: AccountService) async throws -> APIAnswer {
        try await handler(request, accounts)
    }
}
