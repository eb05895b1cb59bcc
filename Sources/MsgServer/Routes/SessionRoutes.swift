import HTTPTypes
import MsgKit

/// `/api/auth/sessions`: where one is logged in.
struct SessionRoutes: Sendable {
    let accounts: AccountService

    var routes: [Route] {
        [
            Route(.get, "/api/auth/sessions") { _, principal in
                let sessions = try await accounts.sessions(of: principal.id)
                return APIAnswer("Your sessions.", DataAnswer(SessionsAnswer(sessions, asking: principal.session)))
            },
            Route(.delete, "/api/auth/sessions") { _, principal in
                let count = try await accounts.endOtherSessions(of: principal)
                return APIAnswer("Your other sessions are ended.", DataAnswer(EndedSessionsAnswer(ended: count)))
            },
            Route(.delete, "/api/auth/sessions/:id") { request, principal in
                try await accounts.endSession(try request.identifier("id"), of: principal)
                return APIAnswer("The session is ended.")
            },
        ]
    }
}
