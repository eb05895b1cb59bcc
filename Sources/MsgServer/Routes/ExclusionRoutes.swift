import HTTPTypes
import MsgKit

/// `/api/auth/me/exclusions`: with whom one never wants to be paired. Each sees their own alone.
struct ExclusionRoutes: Sendable {
    let exclusions: ExclusionService

    var routes: [Route] {
        [
            Route(.get, "/api/auth/me/exclusions") { _, principal in
                try await answer("Whom you have excluded.", principal)
            },
            Route(.put, "/api/auth/me/exclusions/:userId") { request, principal in
                try await exclusions.exclude(try request.identifier("userId"), by: principal.id)
                return try await answer("The user is excluded.", principal)
            },
            Route(.delete, "/api/auth/me/exclusions/:userId") { request, principal in
                try await exclusions.include(try request.identifier("userId"), by: principal.id)
                return try await answer("The user is not excluded.", principal)
            },
        ]
    }

    private func answer(_ message: String, _ principal: Principal) async throws -> APIAnswer {
        APIAnswer(message, DataAnswer(ExclusionsAnswer(exclusions: try await exclusions.list(of: principal.id))))
    }
}
