import HTTPTypes
import MsgKit

/// `/api/user`: finding people.
struct UserRoutes: Sendable {
    let users: UserDirectory

    var routes: [Route] {
        [
            Route(.get, "/api/user/list", takesQuery: true) { request, principal in
                var query = try request.query()
                let text = query.string("q")
                if let text, text.unicodeScalars.count > 100 {
                    query.complain("q", "q may have at most 100 characters.")
                }
                let isOnline = query.bool("online")
                let page = query.page(defaultLimit: 50, maximumLimit: 100)
                try query.finish()
                let filter = UserFilter(query: text.flatMap { $0.isEmpty ? nil : $0 })
                let found = try await users.list(filter, isOnline: isOnline, page: page)
                return APIAnswer("Users.", UserListAnswer(found, showsEmail: principal.maySeeAddresses))
            }
        ]
    }
}
