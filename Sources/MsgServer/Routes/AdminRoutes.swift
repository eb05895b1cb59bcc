import HTTPTypes
import MsgKit

/// `/api/admin/users`: accounts, for administrators.
struct AdminRoutes: Sendable {
    let accounts: AccountService
    let exclusions: ExclusionService
    let users: UserDirectory

    var routes: [Route] {
        [
            Route(.get, "/api/admin/users", for: .admin, takesQuery: true) { request, _ in
                var query = try request.query()
                let text = query.string("q")
                if let text, text.unicodeScalars.count > 100 {
                    query.complain("q", "q may have at most 100 characters.")
                }
                let isActive = query.bool("isActive")
                let isOnline = query.bool("online")
                let page = query.page(defaultLimit: 50, maximumLimit: 100)
                try query.finish()
                let filter = UserFilter(query: text.flatMap { $0.isEmpty ? nil : $0 }, isActive: isActive)
                let found = try await users.list(filter, isOnline: isOnline, page: page)
                return APIAnswer("Users.", DataAnswer(AdminUsersAnswer(found)))
            },
            Route(.patch, "/api/admin/users/:id", for: .admin, handler: change),
        ]
    }

    private func change(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        let id = try request.identifier("id", of: User.self)
        var body = try await request.body()
        let names = UserRole.allCases.map(\.rawValue).joined(separator: ", ")
        let role = body.string("role").flatMap { text in
            let role = UserRole(rawValue: text)
            if role == nil { body.complain("role", "role must be one of \(names).") }
            return role
        }
        let isActive = body.bool("isActive")
        if role == nil, isActive == nil { body.complain("role", "Send role (one of \(names)), isActive, or both.") }
        try body.finish()
        let administration = UserAdministration(
            accounts: accounts, exclusions: exclusions, actor: AuditActor(principal))
        let user = try await administration.user(id)
        let changed = try await administration.change(user, role: role, isActive: isActive)
        return APIAnswer("The user is changed.", AccountAnswer(changed))
    }
}
