import HTTPTypes
import MsgKit

/// `/api/messages`: sending, reading and finding.
struct MessageRoutes: Sendable {
    let messages: MessageService
    let search: SearchService
    let limits: RateLimits

    var routes: [Route] {
        [
            Route(.post, "/api/messages/send") { request, principal in
                var body = try await request.body()
                let draft = try MessageDraft(&body)
                try await limits.take(.message(by: principal.id), noting: request.context.rateLimits)
                let insertion = try await messages.send(draft, from: principal)
                return APIAnswer("The message is sent.", DataAnswer(SentMessageAnswer(insertion)))
            },
            Route(.get, "/api/messages/search", takesQuery: true, handler: find),
            Route(.get, "/api/messages/:id", takesQuery: true, handler: list),
            Route(.put, "/api/messages/:id/read") { request, principal in
                try await messages.markRead(try request.identifier("id", field: "messageId"), by: principal)
                return APIAnswer("The message is marked read.")
            },
            Route(.delete, "/api/messages/:id") { request, principal in
                try await messages.delete(try request.identifier("id", field: "messageId"), by: principal)
                return APIAnswer("The message is deleted.")
            },
        ]
    }

    private func list(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        let conversation = try request.identifier("id", field: "conversationId", of: Conversation.self)
        var query = try request.query()
        let before = query.identifier("before", of: Message.self)
        let after = query.identifier("after", of: Message.self)
        if before != nil, after != nil { query.complain("after", "Send either before or after, not both.") }
        let limit = query.integer("limit", in: 1...200) ?? 50
        try query.finish()
        let cursor = before.map(MessageCursor.before) ?? after.map(MessageCursor.after) ?? .newest
        let (page, senders) = try await messages.list(in: conversation, cursor, limit: limit, for: principal)
        return APIAnswer("Messages.", MessageListAnswer(page, senders: senders, limit: limit))
    }

    private func find(_ request: APIRequest, principal: Principal) async throws -> APIAnswer {
        var query = try request.query()
        let text = query.requiredString("q")
        query.requireText("q", text, atMost: MessageQuery.maximumTextLength)
        let conversation = query.identifier("conversationId", of: Conversation.self)
        let sender = query.identifier("sender", of: User.self)
        let from = query.date("from")
        let to = query.date("to")
        let page = query.page(defaultLimit: 20, maximumLimit: 100)
        try query.finish()
        let start = ContinuousClock.now
        let found = try await search.search(
            text ?? "", in: conversation, sender: sender, from: from, to: to, page: page, for: principal)
        return APIAnswer("Messages.", DataAnswer(SearchAnswer(found, took: ContinuousClock.now - start)))
    }
}
