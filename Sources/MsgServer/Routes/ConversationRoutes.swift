import HTTPTypes
import MsgKit

/// `/api/conversations`: who talks with whom.
struct ConversationRoutes: Sendable {
    let conversations: ConversationService

    var routes: [Route] {
        [
            Route(.get, "/api/conversations", takesQuery: true) { request, principal in
                var query = try request.query()
                let page = query.page(defaultLimit: 20, maximumLimit: 100)
                try query.finish()
                let found = try await conversations.list(for: principal, page: page)
                return APIAnswer("Your conversations.", DataAnswer(ConversationListAnswer(found)))
            },
            Route(.post, "/api/conversations", handler: create),
            Route(.get, "/api/conversations/search", takesQuery: true, handler: search),
            Route(.get, "/api/conversations/:id") { request, principal in
                let overview = try await conversations.overview(try request.identifier("id"), for: principal)
                return APIAnswer("The conversation.", DataAnswer(ConversationAnswer(overview)))
            },
            Route(.patch, "/api/conversations/:id", handler: rename),
            Route(.post, "/api/conversations/:id/participants", handler: addParticipants),
            Route(.delete, "/api/conversations/:id/participants/:userId") { request, principal in
                let summary = try await conversations.remove(
                    try request.identifier("userId"), from: try request.identifier("id"), for: principal)
                return APIAnswer("The participant is gone.", DataAnswer(summary))
            },
        ]
    }

    private func create(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        var body = try await request.body()
        let other = body.identifier("participantId", of: User.self)
        let others = body.identifiers("participantIds", of: User.self, atMost: Conversation.maximumParticipants)
        let name = try body.string("name").flatMap { text in try body.check("name") { try GroupName(text) } }
        if body.has("participantIds") {
            if body.has("participantId") {
                body.complain("participantId", "Send either participantId or participantIds, not both.")
            }
            if others == nil { body.complain("participantIds", "participantIds must be a list of ids.") }
            if name == nil { body.complain("name", "name is required for a group.") }
        } else if other == nil {
            body.complain("participantId", "participantId is required (or participantIds and name, for a group).")
        } else if name != nil {
            body.complain("name", "A direct conversation has no name.")
        }
        try body.finish()
        if let others, let name {
            let summary = try await conversations.createGroup(named: name, with: others, for: principal)
            return APIAnswer("The group is made.", DataAnswer(summary))
        }
        guard let other else { throw MsgError.invalid(body.errors) }
        return APIAnswer(
            "The conversation is there.", DataAnswer(try await conversations.direct(with: other, for: principal)))
    }

    private func search(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        var query = try request.query()
        let text = query.requiredString("q")
        query.requireText("q", text, atMost: 100)
        let page = query.page(defaultLimit: 20, maximumLimit: 100)
        try query.finish()
        let found = try await conversations.search(text ?? "", for: principal, page: page)
        return APIAnswer("Conversations.", DataAnswer(ConversationListAnswer(found)))
    }

    private func rename(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        let id = try request.identifier("id", of: Conversation.self)
        var body = try await request.body()
        let name = try body.requiredString("name").flatMap { text in try body.check("name") { try GroupName(text) } }
        try body.finish()
        guard let name else { throw MsgError.invalid(body.errors) }
        return APIAnswer(
            "The group is renamed.", DataAnswer(try await conversations.rename(id, to: name, for: principal)))
    }

    private func addParticipants(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        let id = try request.identifier("id", of: Conversation.self)
        var body = try await request.body()
        let one = body.identifier("participantId", of: User.self)
        let several = body.identifiers("participantIds", of: User.self, atMost: Conversation.maximumParticipants)
        let added = (several ?? []) + (one.map { [$0] } ?? [])
        if added.isEmpty { body.complain("participantIds", "participantIds must name at least one user.") }
        try body.finish()
        return APIAnswer(
            "The participants are added.", DataAnswer(try await conversations.add(added, to: id, for: principal)))
    }
}
